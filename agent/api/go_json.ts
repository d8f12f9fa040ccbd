/**
 * What Go's `encoding/json` says of a text that is no JSON: clients know these messages.
 *
 * @param text for which `JSON.parse` throws
 */
export function goJsonFault(text: string): string {
  try {
    let at = space(text, value(text, space(text, 0), 0));
    if (at < text.length) fail(text, at, "after top-level value");
    at = text.length;
    return "unexpected end of JSON input";
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

class Fault extends Error {}

/** Go's own limit of nesting. */
const MAX_DEPTH = 10_000;

function fail(text: string, at: number, context: string): never {
  if (at >= text.length) {
    // At the end Go tries one more space, which is wrong where a token isn't complete.
    if (/in literal|numeric|escape/.test(context)) {
      throw new Fault(`invalid character ' ' ${context}`);
    }
    throw new Fault("unexpected end of JSON input");
  }
  // Go reads bytes: of a character beyond ASCII it shows the first, as if it were Latin-1.
  const byte = new TextEncoder().encode(String.fromCodePoint(text.codePointAt(at)!))[0]!;
  throw new Fault(`invalid character ${quoted(byte)} ${context}`);
}

function quoted(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  if (character === "\\") return `'\\\\'`;
  const named: Record<string, string> = {
    ...{ "\u0007": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t" },
    "\v": "\\v",
  };
  if (named[character] !== undefined) return `'${named[character]}'`;
  if (byte < 32 || byte === 127) return `'\\x${byte.toString(16).padStart(2, "0")}'`;
  if ((byte > 127 && byte < 161) || byte === 173) {
    return `'\\u${byte.toString(16).padStart(4, "0")}'`;
  }
  return `'${character}'`;
}

function space(text: string, at: number): number {
  while (" \t\r\n".includes(text[at] ?? "x")) at++;
  return at;
}

function value(text: string, at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new Fault("exceeded max depth");
  const character = text[at];
  if (character === "{") return object(text, at + 1, depth);
  if (character === "[") return array(text, at + 1, depth);
  if (character === '"') return string(text, at + 1);
  if (character === "t") return literal(text, at, "true");
  if (character === "f") return literal(text, at, "false");
  if (character === "n") return literal(text, at, "null");
  if (character === "-" || isDigit(character)) return number(text, at);
  fail(text, at, "looking for beginning of value");
}

function object(text: string, start: number, depth: number): number {
  let at = space(text, start);
  if (text[at] === "}") return at + 1;
  for (;;) {
    if (text[at] !== '"') fail(text, at, "looking for beginning of object key string");
    at = space(text, string(text, at + 1));
    if (text[at] !== ":") fail(text, at, "after object key");
    at = space(text, value(text, space(text, at + 1), depth + 1));
    if (text[at] === "}") return at + 1;
    if (text[at] !== ",") fail(text, at, "after object key:value pair");
    at = space(text, at + 1);
  }
}

function array(text: string, start: number, depth: number): number {
  let at = space(text, start);
  if (text[at] === "]") return at + 1;
  for (;;) {
    at = space(text, value(text, at, depth + 1));
    if (text[at] === "]") return at + 1;
    if (text[at] !== ",") fail(text, at, "after array element");
    at = space(text, at + 1);
  }
}

function string(text: string, start: number): number {
  for (let at = start;; at++) {
    const character = text[at];
    if (character === undefined || character < " ") fail(text, at, "in string literal");
    if (character === '"') return at + 1;
    if (character !== "\\") continue;
    at++;
    if (text[at] !== "u") {
      if (!'bfnrt\\/"'.includes(text[at] ?? "x")) fail(text, at, "in string escape code");
      continue;
    }
    for (const end = at + 4; at < end;) {
      if (!/[0-9a-f]/i.test(text[++at] ?? "")) {
        fail(text, at, "in \\u hexadecimal character escape");
      }
    }
  }
}

function literal(text: string, start: number, word: string): number {
  for (let i = 1; i < word.length; i++) {
    if (text[start + i] === word[i]) continue;
    fail(text, start + i, `in literal ${word} (expecting '${word[i]}')`);
  }
  return start + word.length;
}

function number(text: string, start: number): number {
  let at = start;
  if (text[at] === "-" && !isDigit(text[++at])) fail(text, at, "in numeric literal");
  if (text[at] === "0") at++;
  else at = digits(text, at);
  if (text[at] === ".") {
    if (!isDigit(text[++at])) fail(text, at, "after decimal point in numeric literal");
    at = digits(text, at);
  }
  if (text[at] === "e" || text[at] === "E") {
    at++;
    if (text[at] === "+" || text[at] === "-") at++;
    if (!isDigit(text[at])) fail(text, at, "in exponent of numeric literal");
    at = digits(text, at);
  }
  return at;
}

function digits(text: string, at: number): number {
  while (isDigit(text[at])) at++;
  return at;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}
