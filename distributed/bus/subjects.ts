import { PoolError } from "../errors.ts";

const WORDS = /^[-\w]{1,64}(\.[-\w]{1,64})*$/;
const MAX_LENGTH = 256;

/**
 * A subject, key or queue as it is: words of `[-\w]` with dots between them.
 *
 * @throws {PoolError} `bus_refused`
 */
export function checkName(what: string, name: string): string {
  if (name.length <= MAX_LENGTH && WORDS.test(name)) return name;
  throw new PoolError(
    "bus_refused",
    `${what} ${
      JSON.stringify(name.slice(0, MAX_LENGTH))
    } must be words of letters, digits, - and _ with dots between them`,
  );
}

/** The same for one that may have `*` for a word and end in `.>`. @throws {PoolError} `bus_refused` */
export function checkPattern(what: string, pattern: string): string {
  checkName(what, pattern.replace(/\.>$/, "").replaceAll(/(?<=^|\.)\*(?=\.|$)/g, "x"));
  return pattern;
}

/** Whether a subject is one of those that a pattern means: `*` is any word, `>` all words to come. */
export function matches(pattern: string, subject: string): boolean {
  if (pattern === subject) return true;
  if (!pattern.includes("*") && !pattern.endsWith(".>")) return false;
  const wanted = pattern.split(".");
  const words = subject.split(".");
  for (const [i, word] of wanted.entries()) {
    if (word === ">") return words.length > i;
    if (words[i] === undefined || (word !== "*" && word !== words[i])) return false;
  }
  return words.length === wanted.length;
}

/** Whether a key is below a prefix of whole words. */
export function isBelow(prefix: string, key: string): boolean {
  return key.startsWith(prefix) && key[prefix.length] === ".";
}

/** Refuses what is too long for a record, a value or a message. @throws {PoolError} `bus_refused` */
export function checkSize(what: string, bytes: Uint8Array, maxBytes: number): void {
  if (bytes.length <= maxBytes) return;
  throw new PoolError(
    "bus_refused",
    `${what} has ${bytes.length} bytes: more than ${maxBytes} go through blobs`,
  );
}
