import { type Part, type Template, template } from "./script/plan.ts";

/**
 * Text with values in it as plain text, for parsers that know nothing of values: each is a mark of
 * letters and digits, which no parser changes and which is nowhere else.
 */
export class Masked {
  /** The text, marks in place of values. */
  readonly text: string;
  readonly #values = new Map<string, Exclude<Part, string>>();
  readonly #pattern: RegExp;

  /** Puts marks in. */
  constructor(parts: readonly Part[]) {
    // Nobody who writes the text can know it.
    const secret = crypto.randomUUID().replaceAll("-", "");
    this.#pattern = new RegExp(`(x${secret}n\\d+x)`);
    let count = 0;
    this.text = parts.map((part) => {
      if (typeof part === "string") return part;
      const mark = `x${secret}n${count++}x`;
      this.#values.set(mark, part);
      return mark;
    }).join("");
  }

  /** Whether there are values at all. */
  get hasValues(): boolean {
    return this.#values.size > 0;
  }

  /** A piece of the text, with its values again. */
  unmask(text: string): string | Template {
    return template(this.parts(text));
  }

  /** The parts of a piece of the text. */
  parts(text: string): Part[] {
    return text.split(this.#pattern).map((piece) => this.#values.get(piece) ?? piece);
  }

  /** Whether a piece has a value in it. */
  isMasked(text: string): boolean {
    return this.#pattern.test(text);
  }
}
