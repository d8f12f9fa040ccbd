import { type Token, type TokenKind, tokenName } from "./lexer.ts";
import type { Problems } from "./problems.ts";
import { anyOf, BLOCKS, IDENTIFIER, isKeyword, isOneOf, suggest } from "./words.ts";

/** Thrown after a problem was added: the statement can't be read on, the one behind it can. */
export class Unreadable extends Error {}

/** A place in the tokens of a script, and what to say of tokens that should not be there. */
export interface Cursor {
  /** The next token. */
  readonly next: Token;
  /** Says that a statement, an option or an item of a list begins here. */
  begin(): void;
  /** Steps over the next token, which is `end` for ever at the end. */
  take(): Token;
  /** Whether the next token is of a kind; steps over it if so. */
  skip(kind: TokenKind): boolean;
  /** The next token of that kind. @throws {Unreadable} when it is another */
  expect(kind: TokenKind, expected: string): Token;
  /** A value: unquoted or quoted. @throws {Unreadable} */
  expectValue(expected: string): Token;
  /** A name that is no keyword. @throws {Unreadable} */
  expectName(expected: string): Token;
  /**
   * Adds that the next token should not be there, or, where it may well begin another statement,
   * that what has begun is not complete. @throws {Unreadable} always
   */
  refuse(expected: string): never;
}

/** A cursor at the first of some tokens, the last of which is `end`. */
export function createCursor(tokens: readonly Token[], problems: Problems): Cursor {
  let at = 0;
  let start = 0;
  const cursor: Cursor = {
    get next() {
      return tokens[at]!;
    },
    begin() {
      start = at;
    },
    take() {
      const token = tokens[at]!;
      if (token.kind !== "end") at++;
      return token;
    },
    skip(kind) {
      if (cursor.next.kind !== kind) return false;
      cursor.take();
      return true;
    },
    expect(kind, expected) {
      return cursor.next.kind === kind ? cursor.take() : cursor.refuse(expected);
    },
    expectValue(expected) {
      const { kind } = cursor.next;
      return kind === "value" || kind === "string" ? cursor.take() : cursor.refuse(expected);
    },
    expectName(expected) {
      const { kind, text } = cursor.next;
      const isName = kind === "word" && !isKeyword(text) && IDENTIFIER.test(text);
      return isName ? cursor.take() : cursor.refuse(expected);
    },
    refuse(expected) {
      const { next } = cursor;
      const before = tokens[at - 1];
      const ends = next.first || next.kind === "}" || next.kind === "end";
      if (ends && at > start && before !== undefined) {
        problems.add(before, `nothing follows ${tokenName(before)}`, expected);
      } else problems.add(next, `${tokenName(next)} can't stand here`, expected);
      throw new Unreadable();
    },
  };
  return cursor;
}

/**
 * The keyword that a word is or most likely means; null when none is near. A word that isn't one is
 * a problem, and is read as what it means: what follows it may have problems of its own.
 */
export function readKeyword<const T extends string>(
  word: Token,
  words: readonly T[],
  what: string,
  problems: Problems,
): T | null {
  if (isOneOf(words, word.text)) return word.text;
  const meant = suggest(word.text, words) as T | null;
  problems.add(
    word,
    `${tokenName(word)} is no ${what}`,
    meant === null ? anyOf(words) : "",
    meant,
  );
  return meant;
}

/** Whether a block begins here, which ends the one before it, closed or not. */
export function atBlock({ next }: Cursor): boolean {
  return next.kind === "word" && isOneOf(BLOCKS, next.text);
}

/** Whether a block ends here, closed or not. */
export function atBlockEnd(cursor: Cursor): boolean {
  return cursor.next.kind === "}" || cursor.next.kind === "end" || atBlock(cursor);
}

/** Reads a statement; one that can't be read is left by `recover`, and null. */
export function attempt<T>(read: () => T, recover: () => void): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    recover();
    return null;
  }
}

/** The `}` of a block. */
export function closeBlock(cursor: Cursor, open: Token, problems: Problems): void {
  if (cursor.skip("}")) return;
  const message = `${tokenName(cursor.next)} stands in a block that isn't closed`;
  problems.add(cursor.next, message, `the } of the { in line ${open.line}`);
}
