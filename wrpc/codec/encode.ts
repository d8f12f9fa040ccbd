import { WrpcError } from "../errors.ts";
import {
  camelCase,
  MAX_TYPE_DEPTH,
  type WitCase,
  type WitField,
  type WitType,
} from "../types/mod.ts";
import { encodeFuture, encodeStream } from "./encode_async.ts";
import { type Encode, ENCODE_PRIMITIVE, unfit } from "./encode_primitive.ts";
import { isNullable } from "./nullable.ts";
import { isAsync } from "./paths.ts";
import type { Sink } from "./sink.ts";

const known = new WeakMap<WitType, Encode>();

/**
 * The encoder of a type, made once: functions put together, nothing is looked up at a call.
 *
 * @throws {WrpcError} `wit_invalid` for a type that is too deep, or a record, variant, … of nothing
 */
export function compileEncode(type: WitType, depth: number = 1): Encode {
  if (depth > MAX_TYPE_DEPTH) {
    throw new WrpcError("wit_invalid", "wit", `a type more than ${MAX_TYPE_DEPTH} deep`);
  }
  let encode = known.get(type);
  if (encode === undefined) known.set(type, encode = compile(type, depth + 1));
  return encode;
}

function compile(type: WitType, depth: number): Encode {
  switch (type.kind) {
    case "list":
      return list(type.element, depth);
    case "option":
      return option(type.some, depth);
    case "result":
      return variant([{ name: "ok", type: type.ok }, { name: "err", type: type.err }], depth);
    case "variant":
      return variant(type.cases, depth);
    case "tuple":
      return tuple(type.members, depth);
    case "record":
      return record(type.fields, depth);
    case "enum":
      return enumeration(type.cases);
    case "flags":
      return flags(type.names);
    case "future":
      return encodeFuture(type.value === null ? nothing : compileEncode(type.value, depth));
    case "stream":
      return encodeStream(
        type.element,
        type.element === null ? nothing : compileEncode(type.element, depth),
      );
    case "resource":
      return (sink, value) => {
        if (!(value instanceof Uint8Array)) throw unfit(`resource ${type.name}`, value, BYTES);
        sink.list8(value);
      };
    default:
      return ENCODE_PRIMITIVE[type.kind];
  }
}

const BYTES = ": give a Uint8Array";

function nothing(_sink: Sink, value: unknown): void {
  if (value !== undefined) throw unfit("a value without a type", value, ": give undefined");
}

function list(element: WitType, depth: number): Encode {
  if (element.kind === "u8") {
    return (sink, value) => {
      if (value instanceof Uint8Array) sink.list8(value);
      else if (Array.isArray(value)) elements(ENCODE_PRIMITIVE.u8, false)(sink, value);
      else throw unfit("list<u8>", value, BYTES);
    };
  }
  const encode = elements(compileEncode(element, depth), isAsync(element));
  return (sink, value) => {
    if (Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value)) {
      return encode(sink, value as unknown as ArrayLike<unknown>);
    }
    throw unfit(`list<${element.kind}>`, value, ": give an array");
  };
}

/** A length and so many elements. */
export function elements(
  encode: Encode,
  pending: boolean,
): (sink: Sink, list: ArrayLike<unknown>, first?: number) => void {
  return (sink, list, first = 0) => {
    const { length } = list;
    sink.unsigned(length);
    for (let i = 0; i < length; i++) {
      if (pending) sink.path.push(first + i);
      try {
        encode(sink, list[i]);
      } catch (error) {
        throw within(error, `[${i}]`);
      }
      if (pending) sink.path.pop();
    }
  };
}

/** `undefined` is none; where the value may be undefined itself, `{ tag, val }` tells, as with jco. */
function option(some: WitType, depth: number): Encode {
  const encode = compileEncode(some, depth);
  if (isNullable(some)) {
    const tagged = variant([{ name: "none", type: null }, { name: "some", type: some }], depth);
    return (sink, value) => value === undefined ? sink.byte(0) : tagged(sink, value);
  }
  return (sink, value) => {
    if (value === undefined || value === null) return sink.byte(0);
    sink.byte(1);
    encode(sink, value);
  };
}

function variant(cases: readonly WitCase[], depth: number): Encode {
  const names = indexed(cases.map(({ name }) => name), "variant");
  const encoders = cases.map(({ type }) => type === null ? null : compileEncode(type, depth));
  return (sink, value) => {
    const tag = typeof value === "object" && value !== null && "tag" in value ? value.tag : null;
    const index = names.get(tag);
    if (index === undefined) throw unfit("a variant", tag ?? value, choices("{ tag, val }", names));
    sink.unsigned(index);
    const encode = encoders[index]!;
    const val = (value as { readonly val?: unknown }).val;
    if (encode === null) {
      if (val !== undefined) throw unfit(`the payload of ${tag}`, val, ": it has none");
      return;
    }
    try {
      encode(sink, val);
    } catch (error) {
      throw within(error, `.${String(tag)}`);
    }
  };
}

function record(fields: readonly WitField[], depth: number): Encode {
  if (fields.length === 0) throw empty("record");
  const keys = fields.map(({ name }) => camelCase(name));
  const encoders = fields.map(({ type }) => compileEncode(type, depth));
  const pending = fields.some(({ type }) => isAsync(type));
  return (sink, value) => {
    if (typeof value !== "object" || value === null) {
      throw unfit("a record", value, `: give an object of ${keys.join(", ")}`);
    }
    const object = value as Readonly<Record<string, unknown>>;
    for (let i = 0; i < encoders.length; i++) {
      if (pending) sink.path.push(i);
      try {
        encoders[i]!(sink, object[keys[i]!]);
      } catch (error) {
        throw within(error, `.${keys[i]}`);
      }
      if (pending) sink.path.pop();
    }
  };
}

function tuple(members: readonly WitType[], depth: number): Encode {
  if (members.length === 0) throw empty("tuple");
  const encoders = members.map((member) => compileEncode(member, depth));
  const pending = members.some(isAsync);
  return (sink, value) => {
    if (!Array.isArray(value) || value.length !== encoders.length) {
      throw unfit("a tuple", value, `: give an array of ${encoders.length}`);
    }
    for (let i = 0; i < encoders.length; i++) {
      if (pending) sink.path.push(i);
      try {
        encoders[i]!(sink, value[i]);
      } catch (error) {
        throw within(error, `[${i}]`);
      }
      if (pending) sink.path.pop();
    }
  };
}

function enumeration(cases: readonly string[]): Encode {
  const names = indexed(cases, "enum");
  return (sink, value) => {
    const index = names.get(value);
    if (index === undefined) throw unfit("an enum", value, choices("one of", names));
    sink.unsigned(index);
  };
}

function flags(flagNames: readonly string[]): Encode {
  const names = indexed(flagNames.map(camelCase), "flags");
  return (sink, value) => {
    if (typeof value !== "object" || value === null) {
      throw unfit("flags", value, choices("an object with true for some of", names));
    }
    const bytes = new Uint8Array(Math.ceil(names.size / 8));
    for (const [name, on] of Object.entries(value)) {
      const index = names.get(name);
      if (index === undefined) throw unfit("a flag", name, choices("one of", names));
      if (typeof on !== "boolean" && on !== undefined) throw unfit(`flag ${name}`, on);
      if (on) bytes[index >> 3]! |= 1 << (index & 7);
    }
    for (const byte of bytes) sink.byte(byte);
  };
}

function indexed(names: readonly string[], kind: string): ReadonlyMap<unknown, number> {
  if (names.length === 0) throw empty(kind);
  return new Map(names.map((name, index) => [name, index]));
}

function empty(kind: string): WrpcError {
  return new WrpcError("wit_invalid", "wit", `a ${kind} of nothing has no encoding`);
}

function choices(what: string, names: ReadonlyMap<unknown, number>): string {
  const list = [...names.keys()].slice(0, 12).join(", ");
  return `: give ${what} ${list}${names.size > 12 ? ", …" : ""}`;
}

/** Puts the place in front: `.packet.payload: list<u8> can't be null`. */
export function within(error: unknown, place: string): unknown {
  if (!(error instanceof WrpcError) || error.code !== "value_invalid") return error;
  const { message } = error;
  const glue = message.startsWith(".") || message.startsWith("[") ? "" : ": ";
  return new WrpcError("value_invalid", "encode", `${place}${glue}${message}`, error.cause);
}
