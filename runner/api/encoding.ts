/**
 * Base64 (k6's `k6/encoding`).
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { b64decode, b64encode } from "@downpour/downpour/encoding";
 *
 * assert.equal(b64encode("a?>"), "YT8+");
 * assert.equal(b64encode("a?>", "rawurl"), "YT8-");
 * assert.equal(b64decode("YT8+", "std", "s"), "a?>");
 * ```
 *
 * @module
 */
import { OptionError } from "../../internal/mod.ts";
import { type Bytes, bytesOf, oneOf } from "./_bytes.ts";

export type { Bytes };

/** Alphabet and padding (RFC 4648 §4 and §5): `std` and `url` are padded, `rawstd` and `rawurl` are not. */
export type Base64Encoding = "std" | "rawstd" | "url" | "rawurl";

const ENCODINGS: readonly Base64Encoding[] = ["std", "rawstd", "url", "rawurl"];
const FORMATS: readonly ("s" | "b")[] = ["s", "b"];

/**
 * Bytes as base64 text.
 *
 * @param input text is taken as UTF-8
 * @param encoding default `std`
 * @throws {OptionError} for other input or encodings (k6 takes an unknown encoding for `std`)
 */
export function b64encode(input: Bytes, encoding: Base64Encoding = "std"): string {
  const { alphabet, padded } = variant("b64encode", encoding);
  return bytesOf("b64encode", input).toBase64({ alphabet, omitPadding: !padded });
}

/**
 * The bytes that base64 text stands for, as text.
 *
 * @param input base64; white space is skipped
 * @param encoding default `std`
 * @param format `"s"` for text (UTF-8), `"b"`, the default, for an `ArrayBuffer`
 * @throws {OptionError} for what is not base64 of that encoding, its padding included
 */
export function b64decode(input: string, encoding: Base64Encoding, format: "s"): string;
/** The bytes that base64 text stands for. */
export function b64decode(input: string, encoding?: Base64Encoding, format?: "b"): ArrayBuffer;
export function b64decode(
  input: string,
  encoding: Base64Encoding = "std",
  format: "s" | "b" = "b",
): string | ArrayBuffer {
  const { alphabet, padded } = variant("b64decode", encoding);
  oneOf("format of b64decode", format, FORMATS);
  const text = typeof input === "string" ? input : new TextDecoder().decode(
    bytesOf("b64decode", input),
  );
  const bytes = decode(text, alphabet, padded);
  if (bytes === null) {
    const start = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
    throw new OptionError("b64decode", `b64decode needs base64 of encoding ${encoding}: ${start}`);
  }
  return format === "s" ? new TextDecoder().decode(bytes) : bytes.buffer;
}

function decode(
  text: string,
  alphabet: "base64" | "base64url",
  padded: boolean,
): Uint8Array<ArrayBuffer> | null {
  const solid = /\s/.test(text) ? text.replace(/\s+/g, "") : text;
  if (padded ? solid.length % 4 !== 0 : solid.includes("=")) return null;
  try {
    return Uint8Array.fromBase64(solid, { alphabet });
  } catch {
    return null;
  }
}

function variant(what: string, encoding: Base64Encoding): {
  alphabet: "base64" | "base64url";
  padded: boolean;
} {
  oneOf(`encoding of ${what}`, encoding, ENCODINGS);
  return {
    alphabet: encoding.endsWith("url") ? "base64url" : "base64",
    padded: !encoding.startsWith("raw"),
  };
}

/** Both functions, for `import encoding from "k6/encoding"`. */
const encoding: {
  readonly b64encode: typeof b64encode;
  readonly b64decode: typeof b64decode;
} = Object.freeze({ b64encode, b64decode });

export default encoding;
