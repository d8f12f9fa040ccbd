import { isFieldValue, isToken } from "../h1/mod.ts";

/** One challenge of a `WWW-Authenticate` or `Proxy-Authenticate` field (RFC 9110 §11.6.1). */
export interface Challenge {
  /** Lower case, for example `digest`. */
  readonly scheme: string;
  /** Credentials in one piece, as in `NTLM TlRM…`; null when there are parameters or nothing. */
  readonly token68: string | null;
  /** By lower-case name, without quotes and backslashes. Latin-1, as on the wire. */
  readonly params: ReadonlyMap<string, string>;
}

/** Most bytes of all challenges of a response. */
export const MAX_CHALLENGE_BYTES = 16 * 1024;

/** Most parameters of one challenge. */
export const MAX_PARAMS = 32;

const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether a text is what RFC 9110 calls a token68, as bearer tokens are (RFC 6750 §2.1). */
export function isToken68(text: string): boolean {
  return TOKEN68.test(text);
}

/**
 * Takes challenges apart: several in a field, several fields. Where a field can't be understood,
 * what stands before in it counts: a client may answer any challenge that it knows.
 */
export function parseChallenges(fields: readonly string[]): Challenge[] {
  const challenges: Challenge[] = [];
  let left = MAX_CHALLENGE_BYTES;
  for (const field of fields) {
    left -= field.length;
    if (left < 0) break;
    if (isFieldValue(field)) readField(new Scanner(field), challenges);
  }
  return challenges;
}

/** Reads a list of parameters, as `Authentication-Info` is (RFC 7615 §3); null when it is malformed. */
export function parseParams(field: string): ReadonlyMap<string, string> | null {
  if (field.length > MAX_CHALLENGE_BYTES || !isFieldValue(field)) return null;
  const scanner = new Scanner(field);
  const params = new Map<string, string>();
  for (;;) {
    scanner.skipCommas();
    if (scanner.ended) return params;
    if (!readParam(scanner, params)) return null;
  }
}

function readField(scanner: Scanner, challenges: Challenge[]): void {
  for (;;) {
    scanner.skipCommas();
    const scheme = scanner.token();
    if (scheme === "") return;
    const params = new Map<string, string>();
    let token68: string | null = null;
    const spaced = scanner.skipBlanks();
    if (!scanner.ended && !scanner.at(",")) {
      if (!spaced) return;
      token68 = scanner.token68();
      if (token68 === null && !readParams(scanner, params)) return;
    }
    challenges.push({ scheme: scheme.toLowerCase(), token68, params });
  }
}

/** Reads parameters up to the next challenge; false when they are malformed. */
function readParams(scanner: Scanner, params: Map<string, string>): boolean {
  do {
    if (!readParam(scanner, params)) return false;
    if (!scanner.ended && !scanner.at(",")) return false;
    scanner.skipCommas();
  } while (!scanner.ended && scanner.atParam());
  return true;
}

function readParam(scanner: Scanner, params: Map<string, string>): boolean {
  const name = scanner.token().toLowerCase();
  scanner.skipBlanks();
  if (name === "" || !scanner.take("=")) return false;
  scanner.skipBlanks();
  const value = scanner.at('"') ? scanner.quoted() : scanner.token();
  // Two parameters of a name could be understood in two ways.
  if (value === null || params.has(name) || params.size >= MAX_PARAMS) return false;
  if (value === "" && !scanner.afterQuote) return false;
  params.set(name, value);
  scanner.skipBlanks();
  return true;
}

/** A place in the text of a field. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  get afterQuote(): boolean {
    return this.#text[this.#at - 1] === '"';
  }

  at(char: string): boolean {
    return this.#text[this.#at] === char;
  }

  take(char: string): boolean {
    if (!this.at(char)) return false;
    this.#at++;
    return true;
  }

  skipBlanks(): boolean {
    const start = this.#at;
    while (this.at(" ") || this.at("\t")) this.#at++;
    return this.#at > start;
  }

  skipCommas(): void {
    while (this.at(",") || this.at(" ") || this.at("\t")) this.#at++;
  }

  /** A token; "" when there is none. */
  token(): string {
    const start = this.#at;
    while (!this.ended && isToken(this.#text[this.#at]!)) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** A token68 that fills the challenge up to the comma or end behind it; else null, and nothing is read. */
  token68(): string | null {
    const comma = this.#text.indexOf(",", this.#at);
    const end = comma < 0 ? this.#text.length : comma;
    const text = this.#text.slice(this.#at, end).replace(/[ \t]+$/, "");
    if (!isToken68(text)) return null;
    this.#at = end;
    return text;
  }

  /** Whether a parameter stands here, not the scheme of the next challenge. */
  atParam(): boolean {
    const start = this.#at;
    const named = this.token() !== "";
    this.skipBlanks();
    const found = named && this.at("=");
    this.#at = start;
    return found;
  }

  /** A quoted string without its quotes and backslashes; null when it does not end. */
  quoted(): string | null {
    let value = "";
    for (this.#at++; !this.ended; this.#at++) {
      let char = this.#text[this.#at]!;
      if (char === '"') {
        this.#at++;
        return value;
      }
      if (char === "\\") {
        this.#at++;
        if (this.ended) return null;
        char = this.#text[this.#at]!;
      }
      value += char;
    }
    return null;
  }
}
