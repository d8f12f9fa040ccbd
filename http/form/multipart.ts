import { OptionError } from "../../internal/mod.ts";
import { HttpError } from "../errors.ts";
import { isToken } from "../h1/mod.ts";
import { joined } from "../joined.ts";
import { partHead } from "./_part_head.ts";
import { PartStream, type Piece } from "./_part_stream.ts";
import { type MultipartInput, readParts } from "./parts.ts";

export type { FilePart, MultipartInput, PartData, PartInput } from "./parts.ts";
export { file } from "./parts.ts";

/** A multipart body ready to send. */
export interface EncodedMultipart {
  /** All of it when it is small and in memory, else null. */
  readonly bytes: Uint8Array | null;
  /** Its pieces, or null when `bytes` has it. */
  readonly stream: AsyncIterable<Uint8Array> | null;
  /** For example `multipart/form-data; boundary=…`. */
  readonly contentType: string;
  /** Bytes of the whole body; null when a stream in it has no known size. */
  readonly length: number | null;
  /** Whether it can be sent more than once: no part is a stream. */
  readonly repeatable: boolean;
}

/** How parts are put together. */
export interface MultipartOptions {
  /** Default `form-data`; another, such as `mixed`, makes names and dispositions optional. */
  readonly subtype?: string;
  /** Default a random one. At most 70 letters, digits and `'+_.-`. */
  readonly boundary?: string;
}

/** Bodies in memory up to this size become one piece of bytes. */
const SMALL = 256 * 1024;

const encoder = new TextEncoder();

/**
 * Encodes a form with files (RFC 7578, WHATWG HTML, section 4.10.21.8). What is big is not copied:
 * blobs, streams and large bytes are read while they are sent.
 *
 * A `FormData` is sent byte for byte as browsers do; parts of a record or list keep their line ends.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeMultipart, file } from "./multipart.ts";
 *
 * const { bytes, contentType } = encodeMultipart({ name: "k6", logo: file("<svg/>", "logo.svg") });
 * const form = await new Response(bytes!.slice(), {
 *   headers: { "Content-Type": contentType },
 * }).formData();
 * assert.equal((form.get("logo") as File).name, "logo.svg");
 * ```
 *
 * @throws {HttpError} `request_invalid` for what can't be sent
 * @throws {OptionError} for a subtype or boundary that can't be used
 */
export function encodeMultipart(
  input: FormData | MultipartInput,
  options: MultipartOptions = {},
): EncodedMultipart {
  const { subtype = "form-data" } = options;
  if (!isToken(subtype)) {
    throw new OptionError("subtype", `subtype is ${JSON.stringify(subtype)}: give one as in mixed`);
  }
  const parts = readParts(input);
  const heads = parts.map((part) => partHead(part, subtype === "form-data"));
  const inMemory = parts.map((part) => part.content).filter((content) =>
    content instanceof Uint8Array
  );
  const boundary = chooseBoundary(options.boundary, inMemory);

  const pieces: Piece[] = [];
  parts.forEach((part, i) => {
    const delimiter = encoder.encode(`${i === 0 ? "" : "\r\n"}--${boundary}\r\n`);
    pieces.push({ content: delimiter }, { content: heads[i]! });
    pieces.push({ content: part.content, size: part.size, name: part.name });
  });
  pieces.push({
    content: encoder.encode(`${parts.length === 0 ? "" : "\r\n"}--${boundary}--\r\n`),
  });

  const contentType = `multipart/${subtype}; boundary=${boundary}`;
  const length = lengthOf(pieces);
  if (inMemory.length === parts.length && length !== null && length <= SMALL) {
    const bytes = joined(pieces.map(({ content }) => content as Uint8Array), length);
    return { bytes, stream: null, contentType, length, repeatable: true };
  }
  const stream = new PartStream(pieces);
  return { bytes: null, stream, contentType, length, repeatable: stream.repeatable };
}

function lengthOf(pieces: readonly Piece[]): number | null {
  let length = 0;
  for (const { content, size } of pieces) {
    const known = content instanceof Uint8Array ? content.length : size ?? null;
    if (known === null) return null;
    length += known;
  }
  return length;
}

/** A boundary that no part in memory has a delimiter of (RFC 2046, section 5.1.1). */
function chooseBoundary(given: string | undefined, contents: readonly Uint8Array[]): string {
  if (given === undefined) {
    for (;;) {
      const random = `----downpour${crypto.randomUUID().replaceAll("-", "")}`;
      if (!contents.some((content) => includes(content, `--${random}`))) return random;
    }
  }
  if (!/^[0-9A-Za-z'+_.-]{1,70}$/.test(given)) {
    throw new OptionError(
      "boundary",
      `boundary is ${JSON.stringify(given)}: give 1 to 70 letters, digits or '+_.-`,
    );
  }
  if (contents.some((content) => includes(content, `--${given}`))) {
    throw new HttpError("request_invalid", "prepare", `boundary ${given} occurs in a part`);
  }
  return given;
}

function includes(bytes: Uint8Array, text: string): boolean {
  const wanted = encoder.encode(text);
  const first = wanted[0]!;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return true;
  }
  return false;
}
