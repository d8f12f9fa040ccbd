import { nearest } from "../../internal/mod.ts";
import { HttpError } from "../errors.ts";
import { isSpent } from "../spent_streams.ts";
import { type FormScalar, isScalar } from "./urlencoded.ts";

/** The content of a part: text (sent as UTF-8), bytes, a file, or a stream of bytes. */
export type PartData =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** A part of a multipart body, with all that can be said about it; `file` makes one too. */
export interface FilePart {
  /** What it holds. Big data is not copied: leave it as it is until it is sent. */
  readonly data: PartData;
  /** Name of the field; in a record the key is. Without one the part is nameless. */
  readonly name?: string | undefined;
  /** Name of the file; without one the part is a plain field. */
  readonly filename?: string | undefined;
  /** `Content-Type` of the part. Default a blob's own, else `application/octet-stream`; text without a file name has none. */
  readonly contentType?: string | undefined;
  /** Further headers of the part. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Bytes that a stream will give, when that is known: it is sent with `Content-Length` then. */
  readonly size?: number | undefined;
}

/** One value of a field of a multipart form; null is sent as an empty value, undefined leaves it out. */
export type PartInput = FormScalar | Uint8Array | ArrayBuffer | Blob | FilePart;

/** Parts: a record by field name, where an array repeats the field, or a list of parts in order. */
export type MultipartInput =
  | Readonly<Record<string, PartInput | readonly PartInput[]>>
  | readonly FilePart[];

/**
 * A file to upload: k6's `http.file`.
 *
 * @param filename default a `File`'s own name, else `blob`, as on the web
 * @param contentType default a `Blob`'s own type, else `application/octet-stream`
 */
export function file(data: PartData, filename?: string, contentType?: string): FilePart {
  const own = data instanceof File ? data.name : "blob";
  const type = data instanceof Blob && data.type !== "" ? data.type : "application/octet-stream";
  return Object.freeze({ data, filename: filename ?? own, contentType: contentType ?? type });
}

/** A part whose content is in memory, or comes from `source` and may have a known size. */
export interface Part {
  readonly name: string | null;
  readonly filename: string | null;
  readonly contentType: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Length of the content in bytes; null when it isn't known. */
  readonly size: number | null;
}

const encoder = new TextEncoder();
const FIELDS = ["data", "name", "filename", "contentType", "headers", "size"];

/** Parts from what a caller gave, checked but for what goes into their heads. */
export function readParts(input: FormData | MultipartInput): Part[] {
  if (input instanceof FormData) {
    return [...input].map(([name, value]) =>
      typeof value === "string"
        ? text(withCrlf(name), withCrlf(value))
        : filePart(withCrlf(name), file(value))
    );
  }
  if (Array.isArray(input)) return input.map((part) => filePart(null, checkPart("a part", part)));
  if (typeof input !== "object" || input === null) {
    throw invalid(`multipart is ${input === null ? "null" : typeof input}: give a record of parts`);
  }
  const parts: Part[] = [];
  for (const [name, value] of Object.entries(input)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) parts.push(onePart(name, item));
    }
  }
  return parts;
}

/** A `FormData` is sent as browsers do: line ends in names and text become CRLF (WHATWG HTML, section 4.10.21.8). */
function withCrlf(value: string): string {
  return value.replace(/\r\n?|\n/g, "\r\n");
}

function onePart(name: string, value: unknown): Part {
  if (isScalar(value)) return text(name, value === null ? "" : String(value));
  if (value instanceof Blob) return filePart(name, file(value));
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) {
    return filePart(name, { data: value });
  }
  return filePart(name, checkPart(`multipart field ${JSON.stringify(name)}`, value));
}

function text(name: string, value: string): Part {
  return filePart(name, { data: value });
}

/** A part as an object of a caller: anything. */
function checkPart(what: string, value: unknown): FilePart {
  if (typeof value !== "object" || value === null || !("data" in value)) {
    throw invalid(
      `${what} is ${typeof value === "object" ? "an object without data" : `a ${typeof value}`}: ` +
        "give text, bytes, a Blob, or a part such as file(data, name)",
    );
  }
  for (const name of Object.keys(value)) {
    if (FIELDS.includes(name)) continue;
    const near = nearest(name, FIELDS);
    throw invalid(`${what}: unknown ${name}${near === null ? "" : ` (did you mean ${near}?)`}`);
  }
  return value as FilePart;
}

function filePart(key: string | null, given: FilePart): Part {
  const { name, filename, contentType, headers } = given;
  const of = `part ${JSON.stringify(key ?? name ?? "")}`;
  for (const [what, value] of Object.entries({ name, filename, contentType })) {
    if (value === undefined || typeof value === "string") continue;
    throw invalid(`${what} of ${of} is ${value === null ? "null" : typeof value}: give text`);
  }
  const { content, size } = readContent(of, given);
  return {
    name: name ?? key,
    filename: filename ?? null,
    contentType: contentType ?? defaultType(given),
    headers: { ...headers },
    content,
    size,
  };
}

function defaultType({ data, filename, headers }: FilePart): string | null {
  const own = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === "content-type");
  if (own || (typeof data === "string" && filename === undefined)) return null;
  if (data instanceof Blob && data.type !== "") return data.type;
  return "application/octet-stream";
}

function readContent(of: string, { data, size }: FilePart): Pick<Part, "content" | "size"> {
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) {
    throw invalid(`size of ${of} is ${size}: give a whole number of bytes`);
  }
  const known = sized(data);
  if (known !== null) {
    const length = known instanceof Blob ? known.size : known.length;
    if (size === undefined || size === length) return { content: known, size: length };
    throw invalid(`size of ${of} is ${size}, and its data has ${length} bytes`);
  }
  if (typeof data === "object" && data !== null && Symbol.asyncIterator in data) {
    if (isSpent(data as AsyncIterable<unknown>)) {
      throw invalid(`data of ${of} is a stream that is being read or was sent already`);
    }
    return { content: data as AsyncIterable<Uint8Array>, size: size ?? null };
  }
  throw invalid(
    `data of ${of} is ${data === null ? "null" : typeof data}: ` +
      "give text, Uint8Array, ArrayBuffer, Blob or a stream",
  );
}

function sized(data: PartData): Uint8Array | Blob | null {
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array || data instanceof Blob ? data : null;
}

function invalid(message: string): HttpError {
  return new HttpError("request_invalid", "prepare", message);
}
