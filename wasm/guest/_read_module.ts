import { Malformed, Reader } from "./_bytes.ts";

/** What can be imported and exported, by its number in the binary format. */
export const KINDS = ["function", "table", "memory", "global", "tag"] as const;

/** One of `KINDS`. */
export type Kind = (typeof KINDS)[number];

/** How large a memory (in pages of 64 KiB) or a table (in elements) is, and may become. */
export interface Limits {
  readonly min: number;
  readonly max: number | null;
  readonly shared: boolean;
  readonly is64: boolean;
}

/** Where a section's content is. */
export interface Section {
  readonly id: number;
  /** Of its id. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** What a module says about itself, without its code. */
export interface ModuleShape {
  readonly sections: Section[];
  readonly imports: { readonly module: string; readonly name: string; readonly kind: Kind }[];
  readonly exports: Map<string, { readonly kind: Kind; readonly index: number }>;
  /** Signatures, as `(i32, i32) -> i64`. */
  readonly types: string[];
  /** The type of each function, imported ones first. */
  readonly functions: number[];
  readonly memories: Limits[];
  readonly tables: Limits[];
  hasStart: boolean;
  /** What could not be read: a message for each section. */
  readonly faults: string[];
}

/** Sections of the binary format (WebAssembly core specification, 5.5.2) that are read. */
export const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  export: 7,
  start: 8,
} as const;

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const VERSION = [1, 0, 0, 0];
const NAMES = [
  ...["custom", "type", "import", "function", "table", "memory", "global", "export", "start"],
  ...["element", "code", "data", "data count", "tag"],
];
const VALUE_TYPES = new Map<number, string>([
  ...[[0x7f, "i32"], [0x7e, "i64"], [0x7d, "f32"], [0x7c, "f64"], [0x7b, "v128"]] as const,
  ...[[0x70, "funcref"], [0x6f, "externref"], [0x69, "exnref"]] as const,
]);

/** Reads the shape of a module; a section that is malformed is a fault, and the next is read. */
export function readModule(bytes: Uint8Array): ModuleShape {
  const shape: ModuleShape = {
    ...{ sections: [], imports: [], exports: new Map(), types: [], functions: [] },
    ...{ memories: [], tables: [], hasStart: false, faults: [] },
  };
  if (bytes.length < 8 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    shape.faults.push(`it is not a WebAssembly module: it does not begin with "\\0asm"`);
    return shape;
  }
  if (VERSION.some((byte, i) => bytes[MAGIC.length + i] !== byte)) {
    shape.faults.push("it is not a core WebAssembly module of version 1");
    return shape;
  }
  const reader = new Reader(bytes, MAGIC.length + VERSION.length);
  try {
    while (reader.at < reader.end) {
      const start = reader.at;
      const id = reader.byte();
      const size = reader.u32();
      const content = reader.at;
      reader.skip(size);
      shape.sections.push({ id, start, content, end: reader.at });
    }
  } catch (error) {
    shape.faults.push(`its sections are malformed: ${messageOf(error)}`);
  }
  for (const { id, content, end } of shape.sections) {
    try {
      readSection(id, new Reader(bytes, content, end), shape);
    } catch (error) {
      shape.faults.push(`its ${NAMES[id] ?? id} section is malformed: ${messageOf(error)}`);
    }
  }
  return shape;
}

function readSection(id: number, reader: Reader, shape: ModuleShape): void {
  switch (id) {
    case SECTION.type:
      return each(reader, () => shape.types.push(signature(reader)));
    case SECTION.import:
      return each(reader, () => readImport(reader, shape));
    case SECTION.function:
      return each(reader, () => shape.functions.push(reader.u32()));
    case SECTION.table:
      return each(reader, () => shape.tables.push(table(reader)));
    case SECTION.memory:
      return each(reader, () => shape.memories.push(limits(reader)));
    case SECTION.export:
      return each(reader, () => {
        const name = reader.name();
        shape.exports.set(name, { kind: kind(reader), index: reader.u32() });
      });
    case SECTION.start:
      shape.hasStart = true;
  }
}

function each(reader: Reader, read: () => void): void {
  for (let left = reader.u32(); left > 0; left--) read();
  if (reader.at !== reader.end) throw new Malformed("something follows its last entry");
}

function readImport(reader: Reader, shape: ModuleShape): void {
  const module = reader.name();
  const name = reader.name();
  const what = kind(reader);
  shape.imports.push({ module, name, kind: what });
  switch (what) {
    case "function":
      shape.functions.push(reader.u32());
      break;
    case "table":
      shape.tables.push(table(reader));
      break;
    case "memory":
      shape.memories.push(limits(reader));
      break;
    case "global":
      valueType(reader);
      reader.byte();
      break;
    case "tag":
      reader.byte();
      reader.u32();
  }
}

function kind(reader: Reader): Kind {
  const byte = reader.byte();
  const found = KINDS[byte];
  if (found === undefined) throw new Malformed(`there is no kind ${byte}`);
  return found;
}

/** Of the types only functions: structs and arrays would live outside of the memory's cap. */
function signature(reader: Reader): string {
  const form = reader.byte();
  if (form !== 0x60) throw new Malformed(`type 0x${form.toString(16)} is not a function's`);
  const params = valueTypes(reader);
  const results = valueTypes(reader);
  return `(${params.join(", ")}) -> ${
    results.length === 1 ? results[0] : `(${results.join(", ")})`
  }`;
}

function valueTypes(reader: Reader): string[] {
  const types: string[] = [];
  for (let left = reader.u32(); left > 0; left--) types.push(valueType(reader));
  return types;
}

function valueType(reader: Reader): string {
  const byte = reader.byte();
  const name = VALUE_TYPES.get(byte);
  if (name === undefined) throw new Malformed(`a value of type 0x${byte.toString(16)}`);
  return name;
}

function table(reader: Reader): Limits {
  valueType(reader);
  return limits(reader);
}

function limits(reader: Reader): Limits {
  const flags = reader.byte();
  if (flags > 7) throw new Malformed(`limits with flags 0x${flags.toString(16)}`);
  const is64 = (flags & 4) !== 0;
  const number = (): number => is64 ? reader.u64() : reader.u32();
  const min = number();
  return { min, max: (flags & 1) === 0 ? null : number(), shared: (flags & 2) !== 0, is64 };
}

function messageOf(error: unknown): string {
  if (error instanceof Malformed) return error.message;
  throw error;
}
