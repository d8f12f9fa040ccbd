import type { RecordedLine } from "./record.ts";

/** Lines that are kept: those of the beginning say what went wrong first, those of the end what it ended by. */
const FIRST = 200;
const LAST = 300;
/** Longest text that is kept whole, in UTF-16 units. */
const MAX_TEXT = 4000;

/** Keeps the first lines of a log and the last ones. */
export class LogKeeper {
  readonly #first: RecordedLine[] = [];
  readonly #last: RecordedLine[] = [];
  #dropped = 0;

  /** Takes one more. */
  add(line: RecordedLine): void {
    const { text } = line;
    const kept = text.length <= MAX_TEXT
      ? line
      : { ...line, text: `${text.slice(0, MAX_TEXT).toWellFormed()}…` };
    if (this.#first.length < FIRST) return void this.#first.push(kept);
    this.#last.push(kept);
    if (this.#last.length <= LAST) return;
    this.#last.shift();
    this.#dropped++;
  }

  /** What is kept, with a line for what is not. */
  lines(): RecordedLine[] {
    if (this.#dropped === 0) return [...this.#first, ...this.#last];
    const gap: RecordedLine = {
      level: "info",
      source: "run",
      text: `${this.#dropped} lines are not kept`,
      elapsedMs: this.#last[0]!.elapsedMs,
    };
    return [...this.#first, gap, ...this.#last];
  }
}
