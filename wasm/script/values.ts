import type { Field } from "../plan.ts";
import { quote, type Token } from "./lexer.ts";
import { SCRIPT_LIMITS } from "./limits.ts";
import type { Position, Problems } from "./problems.ts";
import type { FieldSyntax } from "./syntax.ts";
import { anyOf, isOneOf, suggest } from "./words.ts";

/** Bounds of a whole number. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A whole number within bounds, quoted or not; null when it is not, which is added. */
export function readInteger(
  token: Token,
  what: string,
  { min, max }: Bounds,
  problems: Problems,
): number | null {
  const value = /^-?\d+$/.test(token.text) ? Number(token.text) : NaN;
  if (value >= min && value <= max) return value === 0 ? 0 : value;
  const problem = Number.isNaN(value)
    ? "is no whole number"
    : value < min
    ? "is too low"
    : "is too high";
  problems.add(token, `${what} ${shown(token)} ${problem}`, `${min} to ${max}`);
  return null;
}

/** One of some quoted words; null when it is not, which is added. */
export function readChoice<const T extends string>(
  token: Token,
  what: string,
  choices: readonly T[],
  problems: Problems,
): T | null {
  if (isOneOf(choices, token.text)) return token.text;
  const quoted = anyOf(choices.map((choice) => `"${choice}"`));
  const near = suggest(token.text, choices);
  const suggestion = near === null ? null : `"${near}"`;
  problems.add(token, `${what} is ${shown(token)}`, quoted, suggestion);
  return null;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/**
 * Milliseconds of a time: a whole number of `ms`, `s` or, as an addition to the reference's, `m`,
 * quoted or not. Finer units are refused: actions are started by timers of the system, which are
 * not that exact. Null when it is no such time, which is added.
 */
export function readTime(token: Token, problems: Problems): number | null {
  const [, digits, unit = ""] = /^(\d+)([a-z]*)$/i.exec(token.text) ?? [];
  const scale = UNIT_MS[unit];
  if (digits === undefined || scale === undefined) {
    const suggestion = meantTime(token.text);
    problems.add(token, `${shown(token)} is no time`, "a whole number with ms, s or m", suggestion);
    return null;
  }
  const ms = Number(digits) * scale;
  if (ms <= SCRIPT_LIMITS.planMs) return ms;
  problems.add(token, `${shown(token)} is too long`, "at most a day, which is 1440m");
  return null;
}

function meantTime(text: string): string | null {
  if (/^\d{1,9}$/.test(text)) return `${Number(text)}ms`;
  const [, amount, unit] = /^(\d{1,9}\.\d{1,3})(s|m)$/i.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  return `${Math.round(Number(amount) * UNIT_MS[unit.toLowerCase()]!)}ms`;
}

/** Bytes of something `size` bytes long; null when they are none of it, which is added. */
export function readField(
  { start, length, endian }: FieldSyntax,
  what: string,
  size: number,
  problems: Problems,
): Field | null {
  const first = readInteger(start, `${what}'s first byte`, { min: 0, max: size - 1 }, problems);
  const bytes = readInteger(length, `${what}'s number of bytes`, { min: 1, max: 8 }, problems);
  const order = readChoice(endian, `${what}'s byte order`, ["little", "big"], problems);
  if (first === null || bytes === null || order === null) return null;
  if (first + bytes <= size) return { start: first, length: bytes, endian: order };
  const last = `${what} ends behind the last of ${size} bytes`;
  problems.add(span(start, length), last, `a last byte of at most ${size - 1}`);
  return null;
}

/** The place of two tokens and what is between, as far as it is on one line. */
export function span(from: Token, to: Token): Position {
  const { line, column, length } = from;
  return { line, column, length: to.line === line ? to.column + to.length - column : length };
}

/** A value as it was written: quoted or not. */
export function shown({ kind, text }: Token): string {
  const quoted = quote(text);
  return kind === "string" ? quoted : quoted.slice(1, -1);
}
