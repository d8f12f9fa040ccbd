import { LineSplitter } from "./binary/lines.ts";
import type { ResultLine } from "./result.ts";

/** What a line of `downpour run --out json=-` is told by: how it begins. */
const SAMPLE = bytesOf('{"metric":"');
const REQUEST = bytesOf('{"metric":"http_req_duration","type":"Point"');
const ITERATION = bytesOf('{"metric":"iterations","type":"Point"');
const METRIC = bytesOf('{"type":"Metric"');
/** Longest line: a sample with the tags of a long URL. */
const MAX_LINE_BYTES = 64 * 1024;
const NANOSECONDS = 1_000_000;

/** What is told of a run's standard output. */
export interface SampleCounts {
  /** Iterations that have ended. */
  iterations: number;
  /** Requests, and lines that are too long to tell. */
  printed: number;
  /** Of these, such lines. */
  rejected: number;
}

/** Parts the samples of a run from what it prints for people. */
export class SampleReader {
  readonly counts: SampleCounts = { iterations: 0, printed: 0, rejected: 0 };
  #results: ResultLine[] = [];
  #text: Uint8Array[] = [];
  readonly #lines = new LineSplitter(MAX_LINE_BYTES, (line) => this.#take(line));

  /** Takes the next bytes of standard output. */
  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  /** Tells of a last line without an end. */
  end(): void {
    this.#lines.end();
  }

  /** The results since the last call, and the lines that are for people. */
  taken(): { readonly results: readonly ResultLine[]; readonly text: Uint8Array } {
    const [results, parts] = [this.#results, this.#text];
    [this.#results, this.#text] = [[], []];
    const text = new Uint8Array(parts.reduce((sum, { length }) => sum + length + 1, 0)).fill(10);
    let at = 0;
    for (const part of parts) {
      text.set(part, at);
      at += part.length + 1;
    }
    return { results, text };
  }

  #take(line: Uint8Array | null): void {
    const { counts } = this;
    if (line === null) {
      counts.printed++;
      counts.rejected++;
    } else if (startsWith(line, REQUEST)) {
      counts.printed++;
      const result = readRequest(line, counts.printed);
      if (result === null) counts.rejected++;
      else this.#results.push(result);
    } else if (startsWith(line, ITERATION)) counts.iterations++;
    else if (!startsWith(line, SAMPLE) && !startsWith(line, METRIC)) {
      this.#text.push(line.slice());
    }
  }
}

interface Point {
  readonly data: {
    readonly time: string;
    /** Milliseconds. */
    readonly value: number;
    readonly tags: Readonly<Record<string, string>>;
  };
}

/**
 * A request as a result: it began its duration before its sample's time. Its size is not known: the
 * sample has none.
 */
function readRequest(line: Uint8Array, sequence: number): ResultLine | null {
  try {
    const { data: { time, value, tags } } = JSON.parse(new TextDecoder().decode(line)) as Point;
    const { url, name, method = "", status, error = null } = tags;
    return {
      sequenceID: String(sequence),
      url: url ?? name ?? "",
      method,
      status: Number(status ?? 0),
      size: 0,
      timestamp: new Date(Date.parse(time) - value).toISOString(),
      duration: Math.round(value * NANOSECONDS),
      error,
    };
  } catch {
    return null;
  }
}

function startsWith(line: Uint8Array, beginning: Uint8Array): boolean {
  if (line.length < beginning.length) return false;
  for (let i = beginning.length - 1; i >= 0; i--) {
    if (line[i] !== beginning[i]) return false;
  }
  return true;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
