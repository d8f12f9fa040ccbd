import { WrpcError } from "../errors.ts";

/** One `.wit` text. */
export interface WitSource {
  /** Name for messages: a file's. */
  readonly name: string;
  /** The text. */
  readonly text: string;
}

/** A piece of WIT. */
export interface Token {
  /** A name (without its `%`), a version or number, punctuation, or the end. */
  readonly kind: "name" | "number" | "mark" | "end";
  /** Its text. */
  readonly text: string;
  /** Whether a name was written `%name`, and so is no keyword. */
  readonly escaped: boolean;
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Where in the line it begins, in UTF-16 units, counted from 1. */
  readonly column: number;
}

/** Most characters of one text; a larger one is refused before it is read. */
export const MAX_WIT_CHARS = 4 * 1024 * 1024;
/** Most characters of one name. */
const MAX_NAME = 256;

const SPACE = /[ \t\r\n]+/y;
const LINE_COMMENT = /\/\/[^\n]*/y;
// Kebab case: words of one case, each begun by a letter; digits may begin all but the first.
const NAME = /%?[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*/y;
const VERSION = /\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]*[0-9A-Za-z-])?(?:\+[0-9A-Za-z.-]*[0-9A-Za-z-])?/y;
const NUMBER = /\d+/y;
const MARK = /->|[{}()<>,;:=@/.*_]/y;
const WORD = /^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*|\d[a-z0-9]*|\d[A-Z0-9]*)$/;

/** Takes a text apart. @throws {WrpcError} `wit_invalid` */
export function tokenize(source: WitSource): Token[] {
  const { text } = source;
  if (text.length > MAX_WIT_CHARS) {
    const start = { line: 1, column: 1 };
    throw witError(source, start, `${text.length} characters are more than ${MAX_WIT_CHARS}`);
  }
  const tokens: Token[] = [];
  const place = new Place(text);
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  while (at < text.length) {
    const skipped = match(SPACE) ?? match(LINE_COMMENT) ?? blockComment(source, place, at);
    if (skipped !== null) {
      at += skipped.length;
      continue;
    }
    const token = readToken(source, match, place.of(at), text.charAt(at));
    tokens.push(token.token);
    at += token.length;
  }
  tokens.push({ kind: "end", text: "the end", escaped: false, ...place.of(at) });
  return tokens;
}

function readToken(
  source: WitSource,
  match: (pattern: RegExp) => string | null,
  where: { line: number; column: number },
  next: string,
): { token: Token; length: number } {
  const make = (kind: Token["kind"], written: string, text = written): {
    token: Token;
    length: number;
  } => ({
    token: { kind, text, escaped: text !== written, ...where },
    length: written.length,
  });
  const name = match(NAME);
  if (name !== null) {
    const plain = name.replace("%", "");
    if (plain.length > MAX_NAME) {
      throw witError(source, where, `a name of ${plain.length} characters is over ${MAX_NAME}`);
    }
    const odd = plain.split("-").find((word) => !WORD.test(word));
    if (odd !== undefined) {
      throw witError(source, where, `${plain} isn't kebab case: ${odd} mixes upper and lower case`);
    }
    return make("name", name, plain);
  }
  const number = match(VERSION) ?? match(NUMBER);
  if (number !== null) return make("number", number);
  const mark = match(MARK);
  if (mark !== null) return make("mark", mark);
  throw witError(source, where, `unexpected character ${JSON.stringify(next)}`);
}

/** Block comments nest in WIT. */
function blockComment(source: WitSource, place: Place, start: number): string | null {
  const { text } = source;
  if (!text.startsWith("/*", start)) return null;
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith("/*", at)) {
      depth++;
      at++;
    } else if (text.startsWith("*/", at)) {
      at++;
      if (--depth === 0) return text.slice(start, at + 1);
    }
  }
  throw witError(source, place.of(start), "a comment that isn't closed");
}

/** Lines and columns of ascending places in a text. */
class Place {
  readonly #text: string;
  #line = 1;
  #lineStart = 0;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  of(at: number): { line: number; column: number } {
    for (; this.#at < at; this.#at++) {
      if (this.#text.charCodeAt(this.#at) !== 10) continue;
      this.#line++;
      this.#lineStart = this.#at + 1;
    }
    return { line: this.#line, column: at - this.#lineStart + 1 };
  }
}

/** An error about a place in a text: `name:line:column: what`. */
export function witError(
  { name }: { readonly name: string },
  { line, column }: { readonly line: number; readonly column: number },
  message: string,
): WrpcError {
  return new WrpcError("wit_invalid", "wit", `${name}:${line}:${column}: ${message}`);
}
