import type { WrpcError } from "../errors.ts";
import { malformed } from "./_malformed.ts";
import { GATHERED, type Source } from "./source.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Up to here a string of ASCII is put together from char codes: faster than `TextDecoder`. */
const SHORT_STRING = 64;

/** A Unicode scalar value as UTF-8. */
export function readChar(source: Source): string {
  const bytes = source.bytes;
  const first = bytes[source.at];
  if (first === undefined) {
    source.short = true;
    return "";
  }
  const count = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (count === 0 || first > 0xf4) throw badUtf8("char");
  for (let i = 1; i < count && source.at + i < bytes.length; i++) {
    if ((bytes[source.at + i]! & 0xc0) !== 0x80) throw badUtf8("char");
  }
  const at = source.take(count);
  if (at < 0) return "";
  return count === 1 ? String.fromCharCode(first) : utf8(bytes.subarray(at, at + count), "char");
}

/** Length and UTF-8. */
export function readString(source: Source): string {
  const length = source.run();
  if (length === GATHERED) return utf8(source.gathered, "string");
  if (length === 0) return "";
  const { bytes, at: end } = source;
  const begin = end - length;
  if (length <= SHORT_STRING) {
    let text = "";
    let at = begin;
    for (; at < end; at++) {
      const code = bytes[at]!;
      if (code > 0x7f) break;
      text += String.fromCharCode(code);
    }
    if (at === end) return text;
  }
  return utf8(bytes.subarray(begin, end), "string");
}

function utf8(bytes: Uint8Array, type: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw badUtf8(type);
  }
}

function badUtf8(type: string): WrpcError {
  return malformed("utf8_invalid", `a ${type} that isn't UTF-8`);
}
