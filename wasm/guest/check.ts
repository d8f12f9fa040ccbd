import { type Limits, type ModuleShape, readModule } from "./_read_module.ts";
import { checkLimits, type GuestLimits, MAX_TABLE } from "./limits.ts";

/** What a module's bytes say about it as a guest. */
export interface GuestReport {
  /** True without faults. Its code is not looked at: compiling may still refuse it. */
  readonly ok: boolean;
  /** Everything that is wrong with it, a sentence each. */
  readonly faults: readonly string[];
  /** Whether it exports `handle_header`. */
  readonly hasHeader: boolean;
  /** Pages of 64 KiB that its memory begins with; 0 where that could not be read. */
  readonly memoryPages: number;
  /** Bytes of the module. */
  readonly size: number;
}

/** A function of the contract. */
export type GuestFunction = "alloc" | "dealloc" | "handle_body" | "handle_header";

const SIGNATURES: Readonly<Record<GuestFunction, string>> = {
  alloc: "(i32) -> i32",
  dealloc: "(i32, i32) -> ()",
  handle_body: "(i32, i32) -> i64",
  handle_header: "(i32, i32) -> i32",
};

const MAX_TABLES = 4;
/** Faults of one kind that are told. */
const TOLD = 20;

/**
 * Looks at the bytes of a packet parser, without compiling or running them: all that breaks the
 * contract of guests, at once. The exports and signatures are clause 1 of the contract.
 *
 * @throws {OptionError} for limits that are no limits
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkGuest } from "@downpour/downpour/wasm";
 *
 * const { ok, faults } = checkGuest(new TextEncoder().encode("int main() {}"));
 * assert.equal(ok, false);
 * assert.match(faults[0]!, /not a WebAssembly module/);
 * ```
 */
export function checkGuest(bytes: Uint8Array, limits: GuestLimits = {}): GuestReport {
  const { maxBytes, maxPages } = checkLimits(limits);
  const size = bytes.length;
  if (size > maxBytes) {
    const faults = [`it has ${size} bytes, at most ${maxBytes} are taken`];
    return { ok: false, faults, hasHeader: false, memoryPages: 0, size };
  }
  const shape = readModule(bytes);
  const faults = [
    ...shape.faults,
    // Without sections it is no module: that it lacks exports would say nothing more.
    ...(shape.sections.length === 0 && shape.faults.length > 0 ? [] : [
      ...importFaults(shape),
      ...(shape.hasStart ? ["it has a start function, which would run while it is loaded"] : []),
      ...memoryFaults(shape, maxPages),
      ...tableFaults(shape),
      ...functionFaults(shape),
    ]),
  ];
  return {
    ok: faults.length === 0,
    faults,
    hasHeader: shape.exports.has("handle_header"),
    memoryPages: shape.memories[0]?.min ?? 0,
    size,
  };
}

function importFaults({ imports }: ModuleShape): string[] {
  const told = imports.slice(0, TOLD).map(({ module, name, kind }) =>
    `it imports the ${kind} ${quote(name)} from ${quote(module)}: guests are given nothing`
  );
  const more = imports.length - told.length;
  return more === 0 ? told : [...told, `it has ${more} imports more`];
}

function memoryFaults({ memories, exports }: ModuleShape, maxPages: number): string[] {
  const faults: string[] = [];
  const found = exports.get("memory");
  if (found === undefined) faults.push(`it does not export its memory as "memory"`);
  else if (found.kind !== "memory") faults.push(`its export "memory" is a ${found.kind}`);
  if (memories.length > 1) faults.push(`it has ${memories.length} memories, one is allowed`);
  for (const memory of memories.slice(0, 1)) {
    faults.push(...plainFaults("memory", memory));
    const { min, max } = memory;
    if (min > maxPages) {
      faults.push(`its memory begins with ${min} pages, at most ${maxPages} are given`);
    }
    if (max !== null && max > maxPages) {
      faults.push(`its memory may grow to ${max} pages, at most ${maxPages} are given`);
    }
  }
  return faults;
}

function tableFaults({ tables }: ModuleShape): string[] {
  const faults = tables.length > MAX_TABLES
    ? [`it has ${tables.length} tables, at most ${MAX_TABLES} are allowed`]
    : [];
  for (const table of tables.slice(0, MAX_TABLES)) {
    faults.push(...plainFaults("table", table));
    if (table.min > MAX_TABLE) {
      faults.push(`it has a table of ${table.min} elements, at most ${MAX_TABLE} are given`);
    }
  }
  return faults;
}

function plainFaults(what: string, { shared, is64 }: Limits): string[] {
  return [
    ...(shared ? [`its ${what} is shared between threads`] : []),
    ...(is64 ? [`its ${what} has 64-bit addresses, guests are wasm32`] : []),
  ];
}

function functionFaults(shape: ModuleShape): string[] {
  return Object.entries(SIGNATURES).flatMap(([name, wanted]) => {
    const found = shape.exports.get(name);
    if (found === undefined) {
      return name === "handle_header" ? [] : [`it does not export ${name} ${wanted}`];
    }
    if (found.kind !== "function") return [`its export ${name} is a ${found.kind}`];
    const type = shape.types[shape.functions[found.index] ?? -1];
    if (type === wanted) return [];
    if (type === undefined && shape.faults.length > 0) return []; // for what could not be read
    return [`its ${name} is ${type ?? "of no known type"}, it must be ${wanted}`];
  });
}

/** A name that the module chose, short and without control characters. */
function quote(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
