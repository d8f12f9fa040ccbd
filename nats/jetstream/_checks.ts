import { checkNames, OptionError } from "../../internal/mod.ts";
import { natsError } from "../errors.ts";

/** Longest span that the server's nanoseconds (a signed 64-bit integer) can hold, in seconds. */
const MAX_SECONDS = 9_223_372_036;

/** One checked option on its way to the server: its wire name and value. */
type Check = (option: string, value: unknown) => unknown;

/** How an option is called on the wire and what its value becomes. */
export interface Field {
  /** The server's name, for example `max_age`. */
  readonly wire: string;
  /** Checks a value and makes the server's of it. */
  readonly check: Check;
}

/**
 * Checks options against a table and renames them to the server's names.
 *
 * @throws {NatsError} 1003 when an option is unknown or its value can't be used
 */
export function toWire(
  what: string,
  options: object,
  fields: Readonly<Record<string, Field>>,
): Record<string, unknown> {
  return configuring(what, () => {
    checkNames(what, options, Object.keys(fields));
    const wire: Record<string, unknown> = {};
    for (const [option, value] of Object.entries(options)) {
      if (value === undefined) continue;
      const field = fields[option]!;
      wire[field.wire] = field.check(option, value);
    }
    return wire;
  });
}

/** Calls `fn`; what it says of an option becomes a {@link NatsError} 1003. */
export function configuring<T>(what: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw natsError(1003, error, what);
  }
}

/** Refuses a value. */
export function refuse(option: string, value: unknown, wanted: string): never {
  throw new OptionError(option, `${option} must be ${wanted}: ${show(value)}`);
}

/** A value as a message shows it. */
function show(value: unknown): string {
  const text = typeof value === "string" ? `"${value}"` : String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** Text that isn't empty. */
export const text: Check = (option, value) =>
  typeof value === "string" && value !== "" ? value : refuse(option, value, "a text");

/** True or false. */
export const flag: Check = (option, value) =>
  typeof value === "boolean" ? value : refuse(option, value, "true or false");

/** A whole number of at least 0. */
export const count: Check = (option, value) =>
  Number.isSafeInteger(value) && Number(value) >= 0
    ? value
    : refuse(option, value, "a whole number that is not negative");

/** A whole number of at least 0; or -1, the server's word for "no limit". */
export const limit: Check = (option, value) =>
  value === -1
    ? value
    : Number.isSafeInteger(value) && Number(value) >= 0
    ? value
    : refuse(option, value, "a whole number that is not negative, or -1 for no limit");

/** A whole number between bounds. */
export const between = (low: number, high: number): Check => (option, value) =>
  Number.isInteger(value) && Number(value) >= low && Number(value) <= high
    ? value
    : refuse(option, value, `${low} to ${high}`);

/** Seconds, fractions allowed: nanoseconds on the wire. */
export const seconds: Check = (option, value) =>
  typeof value === "number" && value >= 0 && value <= MAX_SECONDS
    ? Math.round(value * 1e9)
    : refuse(option, value, "a number of seconds that is not negative");

/** One of the words given. */
export const oneOf = (...words: readonly string[]): Check => (option, value) =>
  typeof value === "string" && words.includes(value)
    ? value
    : refuse(option, value, `one of ${words.join(", ")}`);

/** A list, every item checked alike. */
export const listOf = (item: Check): Check => (option, value) =>
  Array.isArray(value)
    ? value.map((one, at) => item(`${option}[${at}]`, one))
    : refuse(option, value, "a list");

/** Texts by name. */
export const texts: Check = (option, value) => {
  if (typeof value !== "object" || value === null) return refuse(option, value, "an object");
  for (const [name, one] of Object.entries(value)) {
    if (typeof one !== "string") refuse(`${option}.${name}`, one, "a text");
  }
  return value;
};

/** A name of a stream or consumer: what the server's subjects can carry. */
export const name: Check = (option, value) => {
  if (typeof value !== "string" || value === "") return refuse(option, value, "a name");
  // deno-lint-ignore no-control-regex
  return /[\x00-\x20.*>\/\\\x7f]/.test(value) || value.length > 255
    ? refuse(option, value, "a name of up to 255 characters without spaces, . * > / and \\")
    : value;
};

/** A subject, wildcards allowed: tokens that are not empty, `>` only at the end. */
export const subject: Check = (option, value) => {
  if (typeof value !== "string" || value === "") return refuse(option, value, "a subject");
  // deno-lint-ignore no-control-regex
  const wrong = /[\x00-\x20\x7f]/.test(value) || /^\.|\.$|\.\.|>./.test(value);
  return wrong
    ? refuse(option, value, "a subject: tokens divided by dots, without spaces, > only at its end")
    : value;
};

/** A moment: Unix seconds or a `Date`; RFC 3339 on the wire. */
export const moment: Check = (option, value) => {
  const ms = value instanceof Date ? value.getTime() : Number(value) * 1000;
  const known = value instanceof Date || typeof value === "number";
  return known && ms >= 0 && ms <= 8.64e15
    ? new Date(ms).toISOString()
    : refuse(option, value, "seconds since 1970 or a Date");
};

/** A share in percent: `"30"`, `"30%"` or 30. */
export const percent: Check = (option, value) => {
  const match = /^(\d{1,3})%?$/.exec(String(value));
  return match !== null && Number(match[1]) <= 100
    ? match[1]
    : refuse(option, value, "a percentage of 0 to 100");
};
