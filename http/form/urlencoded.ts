import { HttpError } from "../errors.ts";

/** One value of a form field; null is sent as an empty value, undefined leaves the field out. */
export type FormScalar = string | number | boolean | bigint | null | undefined;

/** Fields of a form: a record, where an array repeats the field, or pairs in order. */
export type FormInput =
  | Readonly<Record<string, FormScalar | readonly FormScalar[]>>
  | URLSearchParams
  | Iterable<readonly [name: string, value: string]>;

/**
 * Encodes a form as `application/x-www-form-urlencoded` (WHATWG URL, section 5.2): UTF-8, spaces as
 * `+`. What has no form is refused rather than sent as `[object Object]`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeForm } from "./urlencoded.ts";
 *
 * assert.equal(encodeForm({ q: "a b&c", tag: [1, 2], none: undefined }), "q=a+b%26c&tag=1&tag=2");
 * ```
 *
 * @throws {HttpError} `request_invalid` for an object, a function or a symbol as a value
 */
export function encodeForm(form: FormInput): string {
  if (form instanceof URLSearchParams) return form.toString();
  if (typeof form !== "object" || form === null) {
    throw invalid(`form is ${form === null ? "null" : typeof form}: give a record of fields`);
  }
  const fields = new URLSearchParams();
  if (Symbol.iterator in form) {
    for (const pair of form as Iterable<unknown>) {
      if (!Array.isArray(pair) || pair.length !== 2) {
        throw invalid("form is a list of something else than [name, value]");
      }
      append(fields, String(pair[0]), pair[1]);
    }
    return fields.toString();
  }
  for (const [name, value] of Object.entries(form)) {
    for (const item of Array.isArray(value) ? value : [value]) append(fields, name, item);
  }
  return fields.toString();
}

function append(fields: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined) return;
  if (!isScalar(value)) throw invalid(`form field ${JSON.stringify(name)} is ${describe(value)}`);
  fields.append(name, value === null ? "" : String(value));
}

/** Whether a value has one obvious text. */
export function isScalar(value: unknown): value is Exclude<FormScalar, undefined> {
  return value === null || ["string", "number", "boolean", "bigint"].includes(typeof value);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "an array in an array: flatten it";
  if (typeof value !== "object") return `a ${typeof value}: give text or a number`;
  return "an object: flatten it, or use json, or multipart for files";
}

function invalid(message: string): HttpError {
  return new HttpError("request_invalid", "prepare", message);
}
