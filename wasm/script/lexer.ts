import type { Position, Problems } from "./problems.ts";

/**
 * What a script is made of. `word`: an identifier or keyword; `value`: text that begins with a digit or a
 * minus, unquoted (`25`, `5ms`, `127.0.0.1`); `string`: quoted text; `stray`: characters that mean
 * nothing unquoted, such as a bare path; `end`: behind the last character.
 */
export type TokenKind = "word" | "value" | "string" | "stray" | "{" | "}" | "=" | "," | ":" | "end";

/** One token. */
export interface Token extends Position {
  readonly kind: TokenKind;
  /** What it says: a string without its quotes and escapes. */
  readonly text: string;
  /** Whether nothing but space stands before it on its line. */
  readonly first: boolean;
}

const SPACE = /[^\S\n\r]+/y;
const NEWLINE = /\r\n|\n|\r/y;
const COMMENT = /\/\/[^\n\r]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const VALUE = /-?[0-9][A-Za-z0-9_.]*/y;
const STRING = /"(?:\\["\\$]|[^"\n\r])*"/y;
const OPEN_STRING = /"[^\n\r]*/y;
const PUNCTUATION = /[{}=,:]/y;
/** What no token has, up to where one may begin: so that `a/b/c` is one token, and one problem. */
const STRAY = /(?:(?!\/\/)[^\s{}=,:"])+/y;
/** Characters that a terminal obeys or that change how a line reads: they are in no text of a script. */
export const CONTROL: RegExp =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const CONTROLS = new RegExp(CONTROL, "g");

/**
 * The tokens of a script, `end` last. Problems of characters are added, and reading goes on behind
 * them. Escapes in strings are `\"`, `\$` and `\\`; any other backslash is one.
 */
export function readTokens(text: string, problems: Problems): Token[] {
  const tokens: Token[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  let lineStart = at;
  let first = true;

  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return null;
    at += match[0].length;
    return match[0];
  };
  const place = (length: number): Position => ({ line, column: at - lineStart + 1, length });
  const add = (kind: TokenKind, text: string, position: Position): void => {
    tokens.push({ kind, text, first, ...position });
    first = false;
  };

  while (at < text.length) {
    if (take(SPACE) !== null || take(COMMENT) !== null) continue;
    if (take(NEWLINE) !== null) {
      line++;
      lineStart = at;
      first = true;
      continue;
    }
    const start = place(1);
    const sized = (source: string): Position => ({ ...start, length: source.length });
    let source: string | null;
    if ((source = take(PUNCTUATION)) !== null) add(source as TokenKind, source, sized(source));
    else if ((source = take(STRING)) !== null) {
      const value = source.slice(1, -1).replaceAll(/\\(["\\$])/g, "$1");
      if (CONTROL.test(value)) {
        problems.add(sized(source), `${quote(value)} has a control character`, "text");
      }
      add("string", value, sized(source));
    } else if ((source = take(OPEN_STRING)) !== null) {
      problems.add(sized(source), "a text doesn't end on its line", 'a closing "');
      // What follows a text that was meant is better understood with it than without.
      add("string", source.slice(1), sized(source));
    } else {
      const word = take(WORD);
      const value = word === null ? take(VALUE) : null;
      const stray = take(STRAY);
      source = `${word ?? value ?? ""}${stray ?? ""}`;
      add(stray !== null ? "stray" : word !== null ? "word" : "value", source, sized(source));
    }
  }
  tokens.push({ kind: "end", text: "", first, ...place(1) });
  return tokens;
}

/** A token for people: what it is and what it says. */
export function tokenName({ kind, text }: Token): string {
  if (kind === "end") return "the end of the script";
  return kind === "word" || kind === "value" ? cut(text) : quote(text);
}

/** Text of a script inside a message: quoted, without control characters, cut when it is long. */
export function quote(text: string): string {
  return JSON.stringify(cut(text)).replaceAll(
    CONTROLS,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
