import type { WitPrimitive } from "../types/mod.ts";
import { malformed } from "./_malformed.ts";
import { readSigned, readSigned64, readUnsigned, readUnsigned64 } from "./leb128.ts";
import type { Source } from "./source.ts";
import { readChar, readString } from "./text.ts";

/** Reads a value of one type; see `Source` for what happens when there are too few bytes. */
export type Decode = (source: Source) => unknown;

function truth(source: Source): boolean {
  const byte = source.byte();
  if (byte > 1) throw malformed("bool_invalid", `a bool of ${byte}`);
  return byte === 1;
}

/** Decoders of the types that hold one number, truth value or text. */
export const DECODE_PRIMITIVE: Readonly<Record<WitPrimitive, Decode>> = {
  bool: truth,
  u8: (source) => source.byte(),
  s8: (source) => (source.byte() << 24) >> 24,
  u16: (source) => readUnsigned(source, 16),
  u32: (source) => readUnsigned(source, 32),
  u64: readUnsigned64,
  s16: (source) => readSigned(source, 16),
  s32: (source) => readSigned(source, 32),
  s64: readSigned64,
  f32: (source) => source.float32(),
  f64: (source) => source.float64(),
  char: readChar,
  string: readString,
};
