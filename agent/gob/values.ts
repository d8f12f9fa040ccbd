import { AgentError } from "../errors.ts";
import type { GobCursor } from "./cursor.ts";
import { gobOverLimit, invalidGob } from "./errors.ts";
import { GobId, type GobType, type GobTypes } from "./types.ts";

/**
 * A decoded value. Integers past 2^53 - 1 are bigints; a struct is an object without a prototype
 * that has only the fields that aren't zero, as on the wire; a nil interface is null. A value whose
 * type has methods of its own for it (`time.Time`) is what they made of it: bytes.
 */
export type GobValue =
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | GobComplex
  | GobValue[]
  | Map<GobValue, GobValue>
  | GobStruct
  | null;

/** A complex number. */
export interface GobComplex {
  readonly real: number;
  readonly imaginary: number;
}

/** A struct's fields by name. */
export interface GobStruct {
  [field: string]: GobValue;
}

/** The value of a message, behind its type id. */
export function readMessageValue(
  cursor: GobCursor,
  id: number,
  types: GobTypes,
  depth: number,
): GobValue {
  const type = types.get(id);
  // What is no struct stands as the only field of one, without an end.
  if (type.kind !== "struct" && cursor.uint() !== 0) {
    throw invalidGob(`a ${type.kind} at the top begins with a field number`);
  }
  return readValue(cursor, type, types, depth);
}

/** Takes a type definition in, behind its negative id. */
export function readDefinition(
  cursor: GobCursor,
  id: number,
  types: GobTypes,
  depth: number,
): void {
  types.define(id, readValue(cursor, types.get(GobId.wireType), types, depth));
}

/** A type id. */
export function readTypeId(cursor: GobCursor): number {
  const id = cursor.int();
  if (typeof id === "bigint" || id === 0) throw invalidGob(`the type id is ${id}`);
  return id;
}

function readValue(cursor: GobCursor, type: GobType, types: GobTypes, depth: number): GobValue {
  if (depth <= 0) throw gobOverLimit("values are nested deeper than allowed");
  switch (type.kind) {
    case "bool":
      return cursor.uint() !== 0;
    case "int":
      return cursor.int();
    case "uint":
      return cursor.uint();
    case "float":
      return cursor.float();
    case "complex":
      return { real: cursor.float(), imaginary: cursor.float() };
    case "string":
      return cursor.text("a text");
    case "bytes":
    case "opaque":
      return cursor.view("a run of bytes").slice();
    case "interface":
      return readInterface(cursor, types, depth - 1);
    case "struct":
      return readStruct(cursor, type, types, depth - 1);
    case "map":
      return readMap(cursor, type, types, depth - 1);
    case "array":
    case "slice":
      return readList(cursor, type, types, depth - 1);
  }
}

function readStruct(
  cursor: GobCursor,
  type: GobType & { kind: "struct" },
  types: GobTypes,
  depth: number,
): GobStruct {
  const struct: GobStruct = Object.create(null);
  let index = -1;
  for (;;) {
    const step = cursor.count("a field number");
    if (step === 0) return struct;
    index += step;
    const field = type.fields[index];
    if (field === undefined) {
      throw invalidGob(`${type.name || "a struct"} has ${type.fields.length} fields, not ${index}`);
    }
    struct[field.name] = readValue(cursor, types.get(field.id), types, depth);
  }
}

function readList(
  cursor: GobCursor,
  type: GobType & { kind: "array" | "slice" },
  types: GobTypes,
  depth: number,
): GobValue[] {
  const length = cursor.count("the length of a list");
  if (type.kind === "array" && length !== type.length) {
    throw invalidGob(`an array of ${type.length} has ${length} elements`);
  }
  cursor.need(length, "a list"); // every value has a byte
  const element = types.get(type.element);
  const list: GobValue[] = [];
  for (let i = 0; i < length; i++) list.push(readValue(cursor, element, types, depth));
  return list;
}

function readMap(
  cursor: GobCursor,
  type: GobType & { kind: "map" },
  types: GobTypes,
  depth: number,
): Map<GobValue, GobValue> {
  const size = cursor.count("the size of a map");
  cursor.need(2 * size, "a map");
  const [key, element] = [types.get(type.key), types.get(type.element)];
  const map = new Map<GobValue, GobValue>();
  for (let i = 0; i < size; i++) {
    const name = readValue(cursor, key, types, depth);
    map.set(name, readValue(cursor, element, types, depth));
  }
  return map;
}

/**
 * The name of the type, its id, a count and the value. Go cuts the message in two where the type
 * is yet to be defined: that is refused, as `net/rpc` of empty structs has no interfaces at all.
 */
function readInterface(cursor: GobCursor, types: GobTypes, depth: number): GobValue {
  if (cursor.view("the name of a type").length === 0) return null;
  const id = readTypeId(cursor);
  if (id < 0) {
    throw new AgentError("gob_unsupported", "a type is defined within an interface's value", {
      phase: "decode",
    });
  }
  const length = cursor.count("the length of an interface's value");
  cursor.need(length, "an interface's value");
  const end = cursor.at + length;
  const value = readMessageValue(cursor, id, types, depth);
  if (cursor.at !== end) throw invalidGob("an interface's value is not as long as it says");
  return value;
}
