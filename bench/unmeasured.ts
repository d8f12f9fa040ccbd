import { isEnding } from "./process.ts";

/** Why a part of a bench can't be measured here. */
export class Missing extends Error {}

/** What of a bench was not measured, and why: a part that fails doesn't end the others. */
export class Unmeasured {
  /** What it takes isn't here: why, by name. */
  readonly skipped: Record<string, string> = {};
  /** It failed: why, by name, in one line. */
  readonly failed: Record<string, string> = {};
  readonly #log: (line: string) => void;

  /** @param log told as it happens */
  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** A part, or a peer, is left out. */
  skip(name: string, reason: string): void {
    this.skipped[name] = firstLine(reason);
    this.#log(`skipped ${name}: ${reason}`);
  }

  /** A part has failed. */
  fail(name: string, reason: string): void {
    this.failed[name] = firstLine(reason);
    this.#log(`failed ${name}: ${reason}`);
  }

  /** Measures a part. @param measure may throw `Missing` */
  async attempt(name: string, measure: () => Promise<void>): Promise<void> {
    this.#log(name);
    try {
      await measure();
    } catch (error) {
      if (isEnding()) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Missing) this.skip(name, reason);
      else this.fail(name, reason);
    }
  }

  /** A line each, for the end of what is printed. */
  lines(): string[] {
    const linesOf = (what: string, reasons: Record<string, string>) =>
      Object.entries(reasons).map(([name, reason]) => `${what} ${name}: ${reason}`);
    return [...linesOf("skipped", this.skipped), ...linesOf("failed", this.failed)];
  }
}

/** What follows may hold paths. */
function firstLine(text: string): string {
  return text.split("\n")[0]!;
}
