import type { LogEntry } from "./result.ts";

/** Distinct messages that are told; all further ones are counted together. */
const MAX_DISTINCT = 50;
const MAX_KEY_LENGTH = 200;

/** Logs what iterations throw without flooding: each message once, and how often at the end. */
export class ThrowLog {
  readonly #log: (entry: LogEntry) => void;
  readonly #describe: (error: unknown) => string;
  readonly #repeats = new Map<string, number>();
  #others = 0;

  /** @param describe the whole text of an error, with its stack */
  constructor(log: (entry: LogEntry) => void, describe: (error: unknown) => string) {
    this.#log = log;
    this.#describe = describe;
  }

  /** Takes note of an error; says so if it is a new one. */
  add(error: unknown): void {
    const key = keyOf(error);
    const seen = this.#repeats.get(key);
    if (seen !== undefined) {
      this.#repeats.set(key, seen + 1);
    } else if (this.#repeats.size < MAX_DISTINCT) {
      this.#repeats.set(key, 0);
      this.#say(this.#text(error, key));
    } else {
      this.#others++;
    }
  }

  /** Says how often each message came again, and forgets them. */
  flush(): void {
    for (const [key, count] of this.#repeats) {
      if (count > 0) this.#say(`${count} more ${count === 1 ? "time" : "times"}: ${key}`);
    }
    if (this.#others > 0) this.#say(`${this.#others} more errors with other messages`);
    this.#repeats.clear();
    this.#others = 0;
  }

  #say(text: string): void {
    this.#log({ level: "error", text, source: "script" });
  }

  #text(error: unknown, key: string): string {
    try {
      return this.#describe(error);
    } catch {
      return key;
    }
  }
}

/** What an error is told apart by; scripts may throw anything, also objects that can't be read. */
function keyOf(error: unknown): string {
  try {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return text.length > MAX_KEY_LENGTH ? `${text.slice(0, MAX_KEY_LENGTH)}…` : text;
  } catch {
    return "an error that can't be shown";
  }
}
