import { describeError } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import { checkLine, showLine } from "./check_line.ts";
import type { BinaryCounts } from "./counts.ts";
import { LineSplitter } from "./lines.ts";
import type { LogFile } from "./log_file.ts";

/** A line that is no result; the first few of a job are kept. */
export interface RejectedLine {
  /** Which it was, from 1. */
  readonly line: number;
  /** What is wrong with it. */
  readonly reason: string;
  /** How it begins; dots stand for what can't be shown. */
  readonly text: string;
}

/** Takes results, each the JSON of one; reading goes on when it resolves. They may be kept. */
export type OnResults = (batch: readonly Uint8Array[]) => Promise<void>;

/** One of the program's two outputs, while it is read. */
export interface OutputReader {
  /** Resolves at its end; never rejects. */
  readonly ended: Promise<void>;
  /** `performance.now()` when something came last. */
  readonly lastAt: number;
  /** Stops reading. */
  cancel(): Promise<void>;
}

const SHOWN_REJECTIONS = 10;
/** Bytes, or characters. */
const LAST_WORDS = 500;

/** Reads standard output to its end: into the log, and its results to `onResults`. */
export function readResults(
  stream: ReadableStream<Uint8Array>,
  { log, lineBytes, counts, rejections, onResults, onFailure }: {
    readonly log: LogFile;
    readonly lineBytes: number;
    /** Is added to. */
    readonly counts: BinaryCounts;
    /** Gets the first few. */
    readonly rejections: RejectedLine[];
    readonly onResults: OnResults;
    /** The log can't be written, or `onResults` threw: reading goes on without them. */
    onFailure(error: AgentError): void;
  },
): OutputReader {
  let batch: Uint8Array[] = [];
  let refused = false;
  const splitter = new LineSplitter(lineBytes, (line) => {
    counts.printed++;
    const reason = line === null ? `longer than ${lineBytes} bytes` : checkLine(line);
    if (reason === null) {
      batch.push(line!);
      return;
    }
    counts.rejected++;
    if (rejections.length < SHOWN_REJECTIONS) {
      const text = line === null ? "" : showLine(line);
      rejections.push({ line: counts.printed, reason, text });
    }
  });
  const handOn = async (): Promise<void> => {
    if (batch.length === 0) return;
    const results = batch;
    batch = [];
    if (!refused) {
      try {
        await onResults(results);
        counts.handedOn += results.length;
        return;
      } catch (error) {
        refused = true;
        onFailure(
          new AgentError("results_refused", `results can't be kept: ${describeError(error)}`, {
            phase: "results",
            cause: error,
          }),
        );
      }
    }
    counts.dropped += results.length;
  };
  return readOutput(stream, log, onFailure, {
    async take(bytes) {
      splitter.push(bytes);
      await handOn();
    },
    async end() {
      splitter.end();
      await handOn();
    },
  });
}

/** Reads an output to its end, into its log; what else becomes of its bytes is given. */
export function readOutput(
  stream: ReadableStream<Uint8Array>,
  log: LogFile,
  onFailure: (error: AgentError) => void,
  to: { take(bytes: Uint8Array): Promise<void> | void; end?(): Promise<void> },
): OutputReader {
  const reader = stream.getReader();
  let lastAt = performance.now();
  let logged = true;
  const logBytes = async (bytes: Uint8Array): Promise<void> => {
    if (!logged) return;
    try {
      await log.write(bytes);
    } catch (error) {
      logged = false;
      onFailure(error as AgentError);
    }
  };
  const read = async (): Promise<void> => {
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        lastAt = performance.now();
        await Promise.all([logBytes(value), to.take(value)]);
      }
    } catch {
      // The pipe is gone, which is its end.
    }
    await to.end?.();
  };
  return {
    ended: read(),
    get lastAt() {
      return lastAt;
    },
    cancel: () => reader.cancel().catch(() => {}),
  };
}

/** Keeps the end of what a program says: why it has ended may be there. */
export function keepLastWords(): { readonly text: string; take(bytes: Uint8Array): void } {
  let text = "";
  return {
    get text() {
      return text;
    },
    take(bytes) {
      text = (text + new TextDecoder().decode(bytes.subarray(-LAST_WORDS))).slice(-LAST_WORDS);
    },
  };
}
