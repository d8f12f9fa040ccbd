import { HttpError } from "../errors.ts";
import { encodeForm, type FormScalar, type PartInput } from "../form/mod.ts";
import type { RequestOptions } from "../request_options.ts";
import { FileData, partOf } from "./file.ts";

/** One value of a form; null and undefined are sent as empty ones, an array repeats the field. */
export type FormValue = FormScalar | FileData | readonly (FormScalar | FileData)[];

/**
 * What can be sent: text and bytes as they are, an object as a form: URL-encoded, or as
 * `multipart/form-data` when it holds a `http.file`.
 */
export type RequestBody =
  | string
  | ArrayBuffer
  | Uint8Array
  | Readonly<Record<string, FormValue>>
  | null
  | undefined;

/** A body as the client is told to send it. */
export interface SentBody {
  readonly options: Pick<RequestOptions, "body" | "form" | "multipart">;
  /** What is added when the caller gave none. */
  readonly contentType: string | null;
}

/** Reads a body; null for none. @throws {HttpError} `request_invalid` for what can't be sent */
export function readBody(body: RequestBody): SentBody | null {
  if (body === null || body === undefined) return null;
  if (typeof body === "string" || body instanceof ArrayBuffer || body instanceof Uint8Array) {
    return { options: { body }, contentType: null };
  }
  if (!isRecord(body)) {
    const what = typeof body === "object" ? Object.prototype.toString.call(body) : typeof body;
    throw new HttpError(
      "request_invalid",
      "prepare",
      `body is ${what}: give text, an ArrayBuffer or a plain object of form fields`,
    );
  }
  const fields = Object.entries(body).map(([name, value]) => {
    return [name, Array.isArray(value) ? value : [value]] as [string, (FormScalar | FileData)[]];
  });
  if (fields.some(([, values]) => values.some((value) => value instanceof FileData))) {
    const parts = fields.map(([name, values]) => [name, values.map(toPart)] as const);
    return {
      options: { multipart: Object.fromEntries(parts) },
      contentType: "multipart/form-data",
    };
  }
  const form = fields.map(([name, values]) =>
    [name, values.map((value) => value as FormScalar ?? null)] as const
  );
  return {
    options: { form: Object.fromEntries(form) },
    contentType: "application/x-www-form-urlencoded",
  };
}

/** What is sent, as text; "" for files. */
export function textOf({ options: { body, form } }: SentBody): string {
  if (form !== undefined) return encodeForm(form);
  if (body instanceof ArrayBuffer || body instanceof Uint8Array) return decoder.decode(body);
  return typeof body === "string" ? body : "";
}

const decoder = new TextDecoder();

function toPart(value: FormScalar | FileData): PartInput {
  return value instanceof FileData ? partOf(value) : value ?? null;
}

function isRecord(body: unknown): body is Readonly<Record<string, FormValue>> {
  if (typeof body !== "object" || body === null) return false;
  const prototype = Object.getPrototypeOf(body);
  // An object of another realm has another `Object.prototype`, which has none above it either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
