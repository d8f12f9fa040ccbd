import { MAX_TYPE_DEPTH, type WitPrimitive, type WitType } from "../../types/mod.ts";
import type { FunctionType, Scope, TypeEntity } from "./_entities.ts";
import { invalid, type Reader, unsupported } from "./_reader.ts";

/** Most types that one type may be made of, written out as a tree. */
const MAX_TYPE_PARTS = 10_000;

const PRIMITIVES: ReadonlyMap<number, WitPrimitive> = new Map([
  [0x7f, "bool"],
  [0x7e, "s8"],
  [0x7d, "u8"],
  [0x7c, "s16"],
  [0x7b, "u16"],
  [0x7a, "s32"],
  [0x79, "u32"],
  [0x78, "s64"],
  [0x77, "u64"],
  [0x76, "f32"],
  [0x75, "f64"],
  [0x74, "char"],
  [0x73, "string"],
]);

/** How large types are: they share parts, so that a few bytes can stand for an endless tree. */
const sizes = new WeakMap<WitType, { parts: number; depth: number }>();

/** A type that isn't a function, an instance or a component. */
export function readValueType(reader: Reader, scope: Scope): WitType {
  const opcode = reader.byte();
  const primitive = PRIMITIVES.get(opcode);
  if (primitive !== undefined) return { kind: primitive };
  const type = () => readTypeUse(reader, scope);
  const maybe = () => reader.optional(type);
  const field = () => ({ name: reader.name(), type: type() });
  switch (opcode) {
    case 0x72:
      return measured({ kind: "record", fields: reader.vector(field) });
    case 0x71:
      return measured({ kind: "variant", cases: reader.vector(() => readCase(reader, scope)) });
    case 0x70:
      return measured({ kind: "list", element: type() });
    case 0x6f:
      return measured({ kind: "tuple", members: reader.vector(type) });
    case 0x6e:
      return measured({ kind: "flags", names: reader.vector(() => reader.name()) });
    case 0x6d:
      return measured({ kind: "enum", cases: reader.vector(() => reader.name()) });
    case 0x6b:
      return measured({ kind: "option", some: type() });
    case 0x6a:
      return measured({ kind: "result", ok: maybe(), err: maybe() });
    case 0x69:
    case 0x68:
      return valueAt(scope, reader.u32());
    case 0x66:
      return measured({ kind: "stream", element: maybe() });
    case 0x65:
      return measured({ kind: "future", value: maybe() });
    default:
      throw unsupported(`it has a type of the kind 0x${opcode.toString(16)}`);
  }
}

function readCase(reader: Reader, scope: Scope) {
  const name = reader.name();
  const type = reader.optional(() => readTypeUse(reader, scope));
  if (reader.byte() !== 0) throw invalid(`the case ${name} refines another`);
  return { name, type };
}

/** A function's type, behind its opcode. */
export function readFunctionType(reader: Reader, scope: Scope): FunctionType {
  const params = reader.vector(() => ({
    name: reader.name(),
    type: readTypeUse(reader, scope),
  }));
  const tag = reader.byte();
  if (tag === 0) return { kind: "function", params, result: readTypeUse(reader, scope) };
  if (tag !== 1 || reader.byte() !== 0) throw unsupported("a function has named results");
  return { kind: "function", params, result: null };
}

/** A primitive type, or the index of another: `valtype`. */
function readTypeUse(reader: Reader, scope: Scope): WitType {
  const primitive = PRIMITIVES.get(reader.peek());
  if (primitive === undefined) return valueAt(scope, reader.u32());
  reader.byte();
  return { kind: primitive };
}

function valueAt(scope: Scope, index: number): WitType {
  const entity: TypeEntity | undefined = scope.types[index];
  if (entity?.kind !== "value") throw invalid(`type ${index} is no type of a value`);
  return entity.type;
}

function measured(type: WitType): WitType {
  let [parts, depth] = [1, 0];
  for (const part of partsOf(type)) {
    const size = part === null ? undefined : sizes.get(part);
    parts += size?.parts ?? 1;
    depth = Math.max(depth, size?.depth ?? 1);
  }
  if (depth + 1 > MAX_TYPE_DEPTH) throw unsupported(`a type is ${depth + 1} levels deep`);
  if (parts > MAX_TYPE_PARTS) throw unsupported(`a type has more than ${MAX_TYPE_PARTS} parts`);
  sizes.set(type, { parts, depth: depth + 1 });
  return type;
}

function partsOf(type: WitType): readonly (WitType | null)[] {
  switch (type.kind) {
    case "record":
      return type.fields.map((field) => field.type);
    case "variant":
      return type.cases.map((one) => one.type);
    case "list":
    case "stream":
      return [type.element];
    case "tuple":
      return type.members;
    case "option":
      return [type.some];
    case "result":
      return [type.ok, type.err];
    case "future":
      return [type.value];
    default:
      return [];
  }
}
