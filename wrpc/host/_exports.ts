import type { WitFunction, WitInterface, WitType } from "../types/mod.ts";
import type { ComponentShape } from "./component/mod.ts";
import { HostError } from "./errors.ts";
import { httpCodecs } from "./http/codecs.ts";
import type { PlannedFunction } from "./protocol/mod.ts";
import { isGranted } from "./wasi/names.ts";

/** What of a component can be called. */
export interface Callables {
  /** Interfaces on the wire of wRPC. */
  readonly exports: readonly WitInterface[];
  /** Functions of the component by their index. */
  readonly functions: readonly PlannedFunction[];
  /** The instance that takes HTTP requests; null for none. */
  readonly handler: string | null;
}

const HANDLER = /^wasi:http\/incoming-handler@0\.2\.\d+$/;

/**
 * Finds what can be called. Interfaces with resources are left out: a handle means something only
 * inside its instance.
 *
 * @throws {HostError} `component_unsupported` for imports that nobody has, or nothing to call
 */
export function findCallables({ imports, exports }: ComponentShape): Callables {
  const missing = imports.filter((name) => !isGranted(name));
  if (missing.length > 0) throw unsupported(`it imports ${missing.join(", ")}`);
  const handler = exports.find(({ name }) => HANDLER.test(name))?.name ?? null;
  const others = exports.filter(({ name }) => name !== handler);
  const kept = others.filter((one) => reasonAgainst(one) === null);
  if (handler === null && kept.length === 0) {
    const reasons = others.map((one) => `${one.name} ${reasonAgainst(one)}`);
    throw unsupported(reasons.join(", ") || "it exports no interface");
  }
  return {
    exports: handler === null ? kept : [...kept, httpCodecs().handler],
    functions: kept.flatMap(({ name, functions }) =>
      [...functions.values()].map((wit) => ({ instance: name, ...wit }))
    ),
    handler,
  };
}

function reasonAgainst({ functions }: WitInterface): string | null {
  if (functions.size === 0) return "has no functions";
  for (const wit of functions.values()) {
    if (typesOf(wit).some(hasHandle)) return `has resources, futures or streams in ${wit.name}`;
  }
  return null;
}

function typesOf({ params, result }: WitFunction): WitType[] {
  return [...params.map(({ type }) => type), ...(result === null ? [] : [result])];
}

function hasHandle(type: WitType | null): boolean {
  switch (type?.kind) {
    case "resource":
    case "future":
    case "stream":
      return true;
    case "list":
      return hasHandle(type.element);
    case "option":
      return hasHandle(type.some);
    case "result":
      return hasHandle(type.ok) || hasHandle(type.err);
    case "tuple":
      return type.members.some(hasHandle);
    case "record":
      return type.fields.some((field) => hasHandle(field.type));
    case "variant":
      return type.cases.some((one) => hasHandle(one.type));
    default:
      return false;
  }
}

function unsupported(what: string): HostError {
  return new HostError("component_unsupported", "load", `this component can't be hosted: ${what}`);
}
