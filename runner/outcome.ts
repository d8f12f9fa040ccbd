import type { LogEntry } from "./result.ts";

/** What made a run fail so far, and what it exits with for that. */
export class Outcome {
  /** One line for people each. */
  readonly failures: string[] = [];
  readonly #log: (entry: LogEntry) => void;
  #exitCode = 0;

  constructor(log: (entry: LogEntry) => void) {
    this.#log = log;
  }

  /** 0 while nothing went wrong. */
  get exitCode(): number {
    return this.#exitCode;
  }

  /** Something failed: said once, however often it does. */
  fail(text: string, code: number): void {
    if (this.failures.includes(text)) return;
    this.failures.push(text);
    this.#log({ level: "error", text, source: "run" });
    this.exit(code);
  }

  /** The first reason to fail decides. */
  exit(code: number): void {
    if (this.#exitCode === 0) this.#exitCode = code;
  }
}
