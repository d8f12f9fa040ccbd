import type { LogEntry } from "../result.ts";

/** Longest text of a log line, in UTF-16 units; a frame of it stays far below the cap. */
export const MAX_LOG_LENGTH = 64 * 1024;
/** Lines a second that pass; an iteration that logs must not become the load. */
const MAX_LINES_PER_SECOND = 200;

/** Passes log lines on, cut to a length and limited in number; says how many it kept back. */
export class LogLimit {
  readonly #pass: (entry: LogEntry) => void;
  readonly #now: () => number;
  #second = -1;
  #lines = 0;
  #kept = 0;

  constructor(pass: (entry: LogEntry) => void, now: () => number) {
    this.#pass = pass;
    this.#now = now;
  }

  add(entry: LogEntry): void {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.flush();
      this.#second = second;
      this.#lines = 0;
    }
    if (this.#lines++ >= MAX_LINES_PER_SECOND) {
      this.#kept++;
      return;
    }
    const { text } = entry;
    this.#pass(
      text.length <= MAX_LOG_LENGTH
        ? entry
        : { ...entry, text: `${text.slice(0, MAX_LOG_LENGTH)}…` },
    );
  }

  /** Says how many lines were kept back since the last time, if any. */
  flush(): void {
    if (this.#kept === 0) return;
    const text = `${this.#kept} more log lines left out (above ${MAX_LINES_PER_SECOND} a second)`;
    this.#kept = 0;
    this.#pass({ level: "warn", text, source: "run" });
  }
}
