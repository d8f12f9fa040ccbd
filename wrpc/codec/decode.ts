import { camelCase, type WitCase, type WitField, type WitType } from "../types/mod.ts";
import { malformed } from "./_malformed.ts";
import { type Decode, DECODE_PRIMITIVE } from "./decode_primitive.ts";
import { decodeFuture, decodeStream } from "./decode_async.ts";
import { readUnsigned } from "./leb128.ts";
import { isNullable } from "./nullable.ts";
import { isAsync, isOwnAsync } from "./paths.ts";
import type { Source } from "./source.ts";
import { NUMBER_LISTS } from "./number_lists.ts";

const known = new WeakMap<WitType, Decode>();

/**
 * The decoder of a type, made once. `compileEncode` of the same type is called first: it checks depth
 * and that nothing is empty.
 */
export function compileDecode(type: WitType): Decode {
  let decode = known.get(type);
  if (decode === undefined) known.set(type, decode = compile(type));
  return decode;
}

function compile(type: WitType): Decode {
  switch (type.kind) {
    case "list":
      return list(type.element);
    case "option":
      return option(type.some);
    case "result":
      return variant("result", [{ name: "ok", type: type.ok }, { name: "err", type: type.err }]);
    case "variant":
      return variant("variant", type.cases);
    case "tuple":
      return tuple(type.members);
    case "record":
      return record(type.fields);
    case "enum":
      return enumeration(type.cases);
    case "flags":
      return flags(type.names);
    case "future":
      return decodeFuture(
        type.value === null ? null : compileDecode(type.value),
        isOwnAsync(type.value),
      );
    case "stream": {
      const { element } = type;
      const decode = element === null ? null : compileDecode(element);
      return decodeStream(decode, list(element), element?.kind ?? null, isAsync(element));
    }
    case "resource":
      return (source) => source.list8();
    default:
      return DECODE_PRIMITIVE[type.kind];
  }
}

/** A list that isn't complete. */
interface PartOfList {
  readonly length: number;
  readonly items: unknown[];
}

/** Of nothing where the element is null: a stream without a type. */
function list(element: WitType | null): Decode {
  if (element?.kind === "u8") return (source) => source.list8();
  const decode: Decode = element === null ? () => undefined : compileDecode(element);
  const pending = isAsync(element);
  const numbers = element === null ? undefined : NUMBER_LISTS.get(element.kind);
  return (source) => {
    let part = source.saved.pop() as PartOfList | undefined;
    if (part === undefined) {
      const length = readUnsigned(source, 32);
      if (source.short) return undefined;
      if (numbers === undefined) source.elements(length);
      else source.expectBytes(length * numbers.leastBytes);
      part = { length, items: [] };
    }
    const { length, items } = part;
    while (items.length < length) {
      if (pending) source.path.push(items.length);
      const item = decode(source);
      if (pending) source.path.pop();
      if (source.short) {
        source.saved.push(part);
        return undefined;
      }
      items.push(item);
    }
    return numbers === undefined ? items : numbers.from(items);
  };
}

function option(some: WitType): Decode {
  const decode = compileDecode(some);
  const tagged = isNullable(some);
  return (source) => {
    if (source.saved.pop() === undefined) {
      const present = source.byte();
      if (present > 1) throw malformed("case_invalid", `an option of ${present}`);
      if (source.short) return undefined;
      if (present === 0) return tagged ? { tag: "none" } : undefined;
    }
    const value = decode(source);
    if (source.short) source.saved.push(true);
    return tagged ? { tag: "some", val: value } : value;
  };
}

function variant(kind: string, cases: readonly WitCase[]): Decode {
  const names = cases.map(({ name }) => name);
  const decoders = cases.map(({ type }) => type === null ? null : compileDecode(type));
  return (source) => {
    let index = source.saved.pop() as number | undefined;
    if (index === undefined) {
      index = readCase(source, kind, names);
      if (source.short) return undefined;
    }
    const decode = decoders[index]!;
    if (decode === null) return { tag: names[index] };
    const val = decode(source);
    if (source.short) source.saved.push(index);
    return { tag: names[index], val };
  };
}

function enumeration(cases: readonly string[]): Decode {
  return (source) => cases[readCase(source, "enum", cases)];
}

function readCase(source: Source, kind: string, cases: readonly string[]): number {
  const index = readUnsigned(source, 32);
  if (index < cases.length) return index;
  throw malformed("case_invalid", `case ${index} of ${kind} ${cases.slice(0, 3).join(" | ")} …`);
}

/** A record or tuple that isn't complete. */
interface PartOfRecord {
  index: number;
  readonly values: Record<string | number, unknown>;
}

function record(fields: readonly WitField[]): Decode {
  const keys = fields.map(({ name }) => camelCase(name));
  // Copying an object that has the names already is faster than adding them one by one.
  const blank = Object.fromEntries(keys.map((key) => [key, undefined]));
  return members(keys, fields.map(({ type }) => type), () => ({ ...blank }));
}

function tuple(types: readonly WitType[]): Decode {
  return members([...types.keys()], types, () => []);
}

function members(
  keys: readonly (string | number)[],
  types: readonly WitType[],
  make: () => object,
): Decode {
  const decoders = types.map(compileDecode);
  const pending = types.some(isAsync);
  return (source) => {
    const part = source.saved.pop() as PartOfRecord | undefined;
    const values = part?.values ?? make() as PartOfRecord["values"];
    for (let i = part?.index ?? 0; i < decoders.length; i++) {
      if (pending) source.path.push(i);
      const value = decoders[i]!(source);
      if (pending) source.path.pop();
      if (source.short) {
        source.saved.push({ index: i, values });
        return undefined;
      }
      values[keys[i]!] = value;
    }
    return values;
  };
}

function flags(flagNames: readonly string[]): Decode {
  const names = flagNames.map(camelCase);
  const size = Math.ceil(names.length / 8);
  const spare = names.length % 8;
  return (source) => {
    const bytes = source.fixed(size);
    if (bytes === undefined) return undefined;
    if (spare !== 0 && bytes[size - 1]! >> spare !== 0) {
      throw malformed("flags_invalid", `a bit beyond the last of ${names.length} flags`);
    }
    const values: Record<string, boolean> = {};
    for (let i = 0; i < names.length; i++) {
      values[names[i]!] = (bytes[i >> 3]! & (1 << (i & 7))) !== 0;
    }
    return values;
  };
}
