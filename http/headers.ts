import { HttpError } from "./errors.ts";
import { type Field, isFieldValue, isToken } from "./h1/mod.ts";

/** Headers as callers write them. In a record, null takes a default away and an array repeats the field. */
export type HeadersInput =
  | Headers
  | Readonly<Record<string, string | number | readonly string[] | null | undefined>>
  | Iterable<readonly [string, string]>;

/** Checked headers by lower-case name; each keeps the case it is sent in. Null marks one taken away. */
type HeaderMap = ReadonlyMap<string, readonly Field[] | null>;

const FRAMING = new Set(["content-length", "transfer-encoding"]);

/**
 * Snapshots and checks headers before any byte is sent: values are turned into text once, so what
 * was checked is what goes out.
 *
 * @throws {HttpError} `request_invalid`, naming the header
 */
function readHeaders(input: HeadersInput): HeaderMap {
  const map = new Map<string, Field[] | null>();
  const add = (name: string, value: string): void => {
    check(name, value);
    const key = name.toLowerCase();
    const fields = map.get(key);
    if (fields) fields.push([name, value]);
    else map.set(key, [[name, value]]);
  };
  if (Symbol.iterator in input) {
    for (const [name, value] of input as Iterable<readonly [string, string]>) {
      add(String(name), String(value));
    }
    return map;
  }
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    map.delete(name.toLowerCase());
    if (value === null) map.set(name.toLowerCase(), null);
    else if (Array.isArray(value)) { for (const item of value) add(name, String(item)); }
    else add(name, String(value));
  }
  return map;
}

/** No headers. */
export const NO_HEADERS: FieldMap = new Map();

/** Headers to send, by lower-case name. */
export type FieldMap = ReadonlyMap<string, readonly Field[]>;

/** `over` wins over `base`, name by name. Without anything to change that is `base` itself. */
export function mergeHeaders(base: FieldMap, over: HeadersInput | undefined): FieldMap {
  if (over === undefined) return base;
  const merged = new Map(base);
  for (const [key, fields] of readHeaders(over)) {
    if (fields === null) merged.delete(key);
    else merged.set(key, fields);
  }
  return merged;
}

function check(name: string, value: string): void {
  if (!isToken(name)) {
    throw new HttpError("request_invalid", "prepare", `header name ${quote(name)} is not a token`);
  }
  if (!isFieldValue(value)) {
    throw new HttpError(
      "request_invalid",
      "prepare",
      `value of header ${name} has a character that can't be sent: ${quote(value)}`,
    );
  }
  if (FRAMING.has(name.toLowerCase())) {
    throw new HttpError(
      "request_invalid",
      "prepare",
      `header ${name} is set by the client from the body: leave it out`,
    );
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
