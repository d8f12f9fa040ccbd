import { HttpError } from "../errors.ts";

/** One event of a stream: what browsers give as a `MessageEvent`. */
export interface ServerSentEvent {
  /** What the stream called it; `message` when it called it nothing. */
  readonly type: string;
  /** Its `data` lines, joined by line feeds. */
  readonly data: string;
  /** Id of the last event that had one; empty before there was any. */
  readonly lastEventId: string;
}

/** Longest line, in bytes. */
const MAX_LINE_BYTES = 2 ** 20;
/** Most data of one event, in bytes. */
const MAX_DATA_BYTES = 2 ** 22;
/** Longest time that a timer can wait: 2^31 - 1 ms, almost 25 days. */
const MAX_RETRY_MS = 2 ** 31 - 1;

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Takes an event stream apart, however it is cut into chunks (HTML living standard, 9.2.6). One
 * parser serves the connections of one source after another: what it knows of ids and of the time
 * to wait outlives them.
 */
export class EventStreamParser {
  /** Id of the last event that had one: what to send as `Last-Event-ID`. */
  lastEventId: string;
  /** How long to wait before connecting again, as the stream said; null when it did not. */
  retryMs: number | null = null;

  /** The line that has no end yet, at the start of a buffer that grows with it. */
  #line = NOTHING;
  #lineLength = 0;
  #afterCr = false;
  #first = true;

  #type = "";
  #id: string;
  #data: string[] = [];
  #dataBytes = 0;

  /** At the start of a stream. @param lastEventId of an earlier stream that this one goes on from */
  constructor(lastEventId = "") {
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
  }

  /**
   * Takes the next bytes and tells of the events that end in them.
   *
   * @throws {HttpError} `response_too_large` for a line over 1 MiB or data over 4 MiB
   */
  push(chunk: Uint8Array, onEvent: (event: ServerSentEvent) => void): void {
    let start = 0;
    if (this.#afterCr && chunk.length > 0) {
      this.#afterCr = false;
      if (chunk[0] === LF) start = 1;
    }
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte !== LF && byte !== CR) continue;
      this.#take(chunk.subarray(start, at), onEvent);
      if (byte === CR) {
        if (at + 1 === chunk.length) this.#afterCr = true;
        else if (chunk[at + 1] === LF) at++;
      }
      start = at + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Ends a connection: an event without its blank line is dropped. */
  end(): void {
    this.#line = NOTHING;
    this.#lineLength = 0;
    this.#afterCr = false;
    this.#first = true;
    this.#id = this.lastEventId;
    this.#forget();
  }

  /** A whole line, its start may have been kept. */
  #take(rest: Uint8Array, onEvent: (event: ServerSentEvent) => void): void {
    let line = rest;
    if (this.#lineLength > 0) {
      this.#keep(rest);
      line = this.#line.subarray(0, this.#lineLength);
      this.#lineLength = 0;
      if (this.#line.length > 2 ** 16) this.#line = NOTHING;
    } else if (rest.length > MAX_LINE_BYTES) throw tooLarge("line", MAX_LINE_BYTES);
    if (this.#first) {
      this.#first = false;
      if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
    }
    if (line.length === 0) this.#dispatch(onEvent);
    else this.#field(line);
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#lineLength + bytes.length;
    if (length > MAX_LINE_BYTES) throw tooLarge("line", MAX_LINE_BYTES);
    if (length > this.#line.length) {
      const larger = new Uint8Array(Math.min(MAX_LINE_BYTES, Math.max(256, length * 2)));
      larger.set(this.#line.subarray(0, this.#lineLength));
      this.#line = larger;
    }
    this.#line.set(bytes, this.#lineLength);
    this.#lineLength = length;
  }

  #field(line: Uint8Array): void {
    const text = decoder.decode(line);
    const colon = text.indexOf(":");
    if (colon === 0) return; // A comment.
    const name = colon < 0 ? text : text.slice(0, colon);
    const from = colon < 0 ? text.length : text[colon + 1] === " " ? colon + 2 : colon + 1;
    const value = text.slice(from);
    switch (name) {
      case "data":
        // The line feed that joins it to the next counts too, and keeps empty lines from being free.
        this.#dataBytes += line.length - from + 1;
        if (this.#dataBytes > MAX_DATA_BYTES) throw tooLarge("event's data", MAX_DATA_BYTES);
        this.#data.push(value);
        break;
      case "event":
        this.#type = value;
        break;
      case "id":
        if (!value.includes("\0")) this.#id = value;
        break;
      case "retry":
        if (/^[0-9]+$/.test(value)) this.retryMs = Math.min(Number(value), MAX_RETRY_MS);
    }
  }

  #dispatch(onEvent: (event: ServerSentEvent) => void): void {
    this.lastEventId = this.#id;
    const [type, data] = [this.#type, this.#data];
    this.#forget();
    if (data.length === 0) return;
    onEvent({ type: type || "message", data: data.join("\n"), lastEventId: this.#id });
  }

  #forget(): void {
    this.#type = "";
    this.#data = [];
    this.#dataBytes = 0;
  }
}

function tooLarge(what: string, limit: number): HttpError {
  const message = `${what} of an event stream is over ${limit} bytes`;
  return new HttpError("response_too_large", "body", message);
}
