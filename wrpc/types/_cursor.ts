import type { WrpcError } from "../errors.ts";
import { type Token, tokenize, witError, type WitSource } from "./tokens.ts";

/** Tokens, one after the other. */
export class Cursor {
  readonly source: WitSource;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(source: WitSource) {
    this.source = source;
    this.#tokens = tokenize(source);
  }

  /** The next token, which stays. */
  get peek(): Token {
    return this.#tokens[this.#at]!;
  }

  /** The one behind it. */
  get second(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)]!;
  }

  get ended(): boolean {
    return this.peek.kind === "end";
  }

  next(): Token {
    const token = this.peek;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** Takes a mark if it is next. */
  accept(mark: string): boolean {
    if (this.peek.kind !== "mark" || this.peek.text !== mark) return false;
    this.#at++;
    return true;
  }

  expect(mark: string): void {
    if (!this.accept(mark)) throw this.error(`expected ${mark} before ${this.peek.text}`);
  }

  /** Whether a keyword is next. */
  isWord(word: string): boolean {
    const { kind, text, escaped } = this.peek;
    return kind === "name" && text === word && !escaped;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#at++;
    return true;
  }

  /** A name of the user's own. @param what for the message: `a field` */
  name(what: string): Token {
    const token = this.peek;
    if (token.kind !== "name") throw this.error(`expected the name of ${what}: ${token.text}`);
    if (!token.escaped && KEYWORDS.has(token.text)) {
      throw this.error(`${token.text} is a keyword: write %${token.text} for the name of ${what}`);
    }
    return this.next();
  }

  /** `open item, item, close`, with a comma at its end or without. */
  list<T>(close: string, what: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.accept(close)) {
      if (this.ended) throw this.error(`expected ${close} after the last ${what}`);
      items.push(item());
      if (this.accept(",")) continue;
      this.expect(close);
      break;
    }
    return items;
  }

  error(message: string, at: Token = this.peek): WrpcError {
    return witError(this.source, at, message);
  }
}

const KEYWORDS = new Set(
  ("as async bool borrow char constructor enum export f32 f64 flags from func future import " +
    "include interface list option own package record resource result s16 s32 s64 s8 static " +
    "stream string tuple type u16 u32 u64 u8 use variant with world").split(" "),
);
