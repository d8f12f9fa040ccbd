import type { WitFunction, WitInterface, WitType } from "../../types/mod.ts";
import type { Entity, Exports } from "./_entities.ts";
import { evaluate, headed } from "./_evaluate.ts";
import { Reader } from "./_reader.ts";

/** What a component needs and gives. */
export interface ComponentShape {
  /** Names of the interfaces that it imports, as in `wasi:io/poll@0.2.0`. */
  readonly imports: readonly string[];
  /** Interfaces that it exports. */
  readonly exports: readonly WitInterface[];
}

/**
 * Reads what a component imports and exports from its binary.
 *
 * @throws {HostError} `component_invalid`, `component_unsupported`
 */
export function readComponent(bytes: Uint8Array): ComponentShape {
  const component = { body: headed(new Reader(bytes)), outer: null };
  const { imports, exports } = evaluate(component, new Map());
  const interfaces: WitInterface[] = [];
  for (const [name, entity] of exports) {
    if (entity.sort === "instance") interfaces.push(interfaceOf(name, entity.type.exports));
  }
  return { imports: [...imports.keys()], exports: interfaces };
}

function interfaceOf(name: string, exports: Exports): WitInterface {
  const functions = new Map<string, WitFunction>();
  const types = new Map<string, WitType>();
  for (const [key, entity] of exports) {
    const value = valueOf(entity);
    if (value !== null) types.set(key, value);
    if (entity.sort !== "function") continue;
    const wire = wireName(key);
    const { params, result } = entity.type;
    functions.set(wire, { name: wire, params, result });
  }
  return { name, functions, types };
}

function valueOf(entity: Entity): WitType | null {
  return entity.sort === "type" && entity.type.kind === "value" ? entity.type.type : null;
}

/** `[method]fields.get` is `fields.get` on the wire, `[constructor]fields` is `fields`. */
function wireName(name: string): string {
  return name.replace(/^\[[a-z-]+\]/, "");
}
