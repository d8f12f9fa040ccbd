import { WrpcError } from "../errors.ts";
import type { WitPrimitive } from "../types/mod.ts";
import type { Sink } from "./sink.ts";

/** Writes a value of one type, after checking that it is one. */
export type Encode = (sink: Sink, value: unknown) => void;

/** The value is none of the type. */
export function unfit(type: string, value: unknown, hint: string = ""): WrpcError {
  return new WrpcError("value_invalid", "encode", `${type} can't be ${show(value)}${hint}`);
}

/** A value for a message: short. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value === "bigint") return `${value}n`.slice(0, 40);
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : `a ${value.constructor?.name ?? "object"}`;
}

function whole(kind: string, min: number, max: number): (value: unknown) => number {
  return (value) => {
    if (typeof value === "number" && value >= min && value <= max && Number.isInteger(value)) {
      return value;
    }
    throw unfit(kind, value, `: give a whole number from ${min} to ${max}`);
  };
}

/** 64 bits are a `bigint`, as with jco; a safe whole number is taken too. */
function long(kind: string, min: bigint, max: bigint): (value: unknown) => bigint {
  return (value) => {
    const big = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
    if (typeof big === "bigint" && big >= min && big <= max) return big;
    throw unfit(kind, value, `: give a bigint from ${min}n to ${max}n`);
  };
}

function unsigned(bits: 16 | 32): Encode {
  const check = whole(`u${bits}`, 0, 2 ** bits - 1);
  return (sink, value) => sink.unsigned(check(value));
}

function signed(bits: 16 | 32): Encode {
  const check = whole(`s${bits}`, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
  return (sink, value) => sink.signed(check(value));
}

function byte(kind: string, min: number, max: number): Encode {
  const check = whole(kind, min, max);
  return (sink, value) => sink.byte(check(value) & 0xff);
}

function float(kind: "f32" | "f64"): Encode {
  return (sink, value) => {
    if (typeof value !== "number") throw unfit(kind, value, ": give a number");
    if (kind === "f32") sink.float32(value);
    else sink.float64(value);
  };
}

function text(sink: Sink, value: unknown): void {
  if (typeof value !== "string") throw unfit("string", value, ": give a string");
  sink.string(value);
}

const encoder = new TextEncoder();

function char(sink: Sink, value: unknown): void {
  const isOne = typeof value === "string" && value.length > 0 && value.length <= 2 &&
    value.isWellFormed() && String.fromCodePoint(value.codePointAt(0)!) === value;
  if (!isOne) throw unfit("char", value, ": give a string of one Unicode scalar value");
  sink.reserve(4);
  sink.at += encoder.encodeInto(value, sink.bytes.subarray(sink.at)).written;
}

function truth(sink: Sink, value: unknown): void {
  if (typeof value !== "boolean") throw unfit("bool", value, ": give true or false");
  sink.byte(value ? 1 : 0);
}

const u64 = long("u64", 0n, 2n ** 64n - 1n);
const s64 = long("s64", -(2n ** 63n), 2n ** 63n - 1n);

/** Encoders of the types that hold one number, truth value or text. */
export const ENCODE_PRIMITIVE: Readonly<Record<WitPrimitive, Encode>> = {
  bool: truth,
  u8: byte("u8", 0, 255),
  s8: byte("s8", -128, 127),
  u16: unsigned(16),
  u32: unsigned(32),
  u64: (sink, value) => sink.unsigned64(u64(value)),
  s16: signed(16),
  s32: signed(32),
  s64: (sink, value) => sink.signed64(s64(value)),
  f32: float("f32"),
  f64: float("f64"),
  char,
  string: text,
};
