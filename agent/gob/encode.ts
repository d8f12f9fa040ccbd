import { OptionError } from "../../internal/mod.ts";
import { ByteWriter } from "./byte_writer.ts";
import { FIRST_USER_ID, GobId, type GobScalar } from "./types.ts";

/** The type of what is encoded. A struct's fields are in the order in which they are sent. */
export type GobSchema =
  | GobScalar
  | { readonly slice: GobSchema }
  | { readonly array: GobSchema; readonly length: number }
  | { readonly map: GobSchema; readonly to: GobSchema }
  | { readonly struct: string; readonly fields: Readonly<Record<string, GobSchema>> };

/** A schema that has to be defined before it is used. */
type Composite = Exclude<GobSchema, GobScalar>;

/**
 * Encodes values as one stream: the first value of a type comes with the definition of the type.
 * Types are told apart by the objects that stand for them.
 */
export class GobEncoder {
  readonly #ids = new Map<Composite, number>();

  /**
   * The messages of one value.
   *
   * @param value as `GobStream` decodes it; fields of a struct that are missing are zero
   * @throws {OptionError} a value that isn't of its type
   */
  encode(schema: GobSchema, value: unknown): Uint8Array {
    const out = new ByteWriter();
    const id = this.#define(schema, out);
    const body = new ByteWriter();
    body.int(id);
    if (typeof schema === "string" || !("struct" in schema)) body.byte(0);
    writeValue(body, schema, value, "value");
    out.counted(body.written);
    return out.written.slice();
  }

  /** The id of a type; one that is new is defined, then what it is made of. */
  #define(schema: GobSchema, out: ByteWriter): number {
    if (typeof schema === "string") return GobId[schema];
    const known = this.#ids.get(schema);
    if (known !== undefined) return known;
    const id = FIRST_USER_ID + this.#ids.size;
    this.#ids.set(schema, id);
    const parts = new ByteWriter();
    const partIds = partsOf(schema).map((part) => this.#define(part, parts));
    const body = new ByteWriter();
    body.int(-id);
    writeDefinition(body, schema, id, partIds);
    out.counted(body.written);
    out.raw(parts.written);
    return id;
  }
}

function partsOf(schema: Composite): GobSchema[] {
  if ("slice" in schema) return [schema.slice];
  if ("array" in schema) return [schema.array];
  if ("map" in schema) return [schema.map, schema.to];
  return Object.values(schema.fields);
}

/** A `wireType`: each number is how many fields further the next one is, 0 the end. */
function writeDefinition(
  out: ByteWriter,
  schema: Composite,
  id: number,
  parts: readonly number[],
): void {
  const [first = 0, second = 0] = parts;
  const common = (name: string): void => {
    out.byte(1);
    if (name !== "") {
      out.byte(1);
      out.text(name);
    }
    out.byte(name === "" ? 2 : 1);
    out.int(id);
    out.byte(0);
  };
  if ("array" in schema) {
    out.byte(1);
    common("");
    out.byte(1);
    out.int(first);
    if (schema.length > 0) {
      out.byte(1);
      out.int(schema.length);
    }
  } else if ("slice" in schema) {
    out.byte(2);
    common("");
    out.byte(1);
    out.int(first);
  } else if ("map" in schema) {
    out.byte(4);
    common("");
    out.byte(1);
    out.int(first);
    out.byte(1);
    out.int(second);
  } else {
    out.byte(3);
    common(schema.struct);
    const names = Object.keys(schema.fields);
    if (names.length > 0) {
      out.byte(1);
      out.uint(names.length);
      names.forEach((name, i) => {
        out.byte(1);
        out.text(name);
        out.byte(1);
        out.int(parts[i]!);
        out.byte(0);
      });
    }
  }
  out.byte(0);
  out.byte(0);
}

function writeValue(out: ByteWriter, schema: GobSchema, value: unknown, at: string): void {
  if (typeof schema === "string") return writeScalar(out, schema, value, at);
  if ("struct" in schema) {
    const fields = Object.entries(schema.fields);
    let last = -1;
    fields.forEach(([name, type], i) => {
      const field = (value as Record<string, unknown>)[name];
      if (field === undefined || isZero(type, field)) return;
      out.uint(i - last);
      last = i;
      writeValue(out, type, field, `${at}.${name}`);
    });
    return out.byte(0);
  }
  if ("map" in schema) {
    const map = value as ReadonlyMap<unknown, unknown>;
    out.uint(map.size);
    for (const [key, element] of map) {
      writeValue(out, schema.map, key, `${at} key`);
      writeValue(out, schema.to, element, `${at}[${key}]`);
    }
    return;
  }
  const list = value as readonly unknown[];
  if ("array" in schema && list.length !== schema.length) {
    throw new OptionError(at, `${at} has ${list.length} elements, not ${schema.length}`);
  }
  out.uint(list.length);
  const element = "slice" in schema ? schema.slice : schema.array;
  list.forEach((part, i) => writeValue(out, element, part, `${at}[${i}]`));
}

function writeScalar(out: ByteWriter, kind: GobScalar, value: unknown, at: string): void {
  if (kind === "bool" && typeof value === "boolean") return out.byte(value ? 1 : 0);
  if (kind === "string" && typeof value === "string") return out.text(value);
  if (kind === "bytes" && value instanceof Uint8Array) return out.counted(value);
  if (kind === "float" && typeof value === "number") return out.float(value);
  if (kind === "complex" && typeof value === "object" && value !== null && "real" in value) {
    const { real, imaginary } = value as { real: number; imaginary: number };
    out.float(real);
    return out.float(imaginary);
  }
  const whole = typeof value === "bigint" || Number.isSafeInteger(value);
  if (kind === "int" && whole && BigInt.asIntN(64, BigInt(value as number)) == value) {
    return out.int(value as number | bigint);
  }
  if (kind === "uint" && whole && BigInt.asUintN(64, BigInt(value as number)) == value) {
    return out.uint(value as number | bigint);
  }
  throw new OptionError(at, `${at} is ${String(value)}: give a value of gob's type ${kind}`);
}

/** Whether a field is left out: what is zero in Go, arrays and structs by their parts. */
function isZero(schema: GobSchema, value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return !value;
    case "number":
    case "bigint":
      return value == 0 && !Object.is(value, -0);
    case "string":
      return value === "";
  }
  if (value instanceof Uint8Array) return value.length === 0;
  if (typeof schema === "string" || "struct" in schema) return false;
  if (value instanceof Map) return value.size === 0;
  return "slice" in schema && (value as readonly unknown[]).length === 0;
}
