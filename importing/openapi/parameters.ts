import { isHeader } from "../exchanges/headers.ts";
import { field, fields, isRecord, items, type Place } from "../place.ts";
import type { Value } from "../script/plan.ts";
import { jsonValue } from "../bodies.ts";
import type { References } from "./refs.ts";
import { sampleOf } from "./sample.ts";

/** A parameter of an operation, with a value for it. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly value: unknown;
}

const PLACES: readonly string[] = ["path", "query", "header", "cookie"];
/** Headers that OpenAPI describes elsewhere. */
const OTHERWISE = /^(accept|content-type|authorization)$/i;

/** The parameters that a request needs, or that have an example; an operation's over its path's. */
export function parametersOf(
  lists: readonly Place[],
  refs: References,
): Parameter[] {
  const found = new Map<string, Parameter>();
  for (const place of lists.flatMap((list) => Array.isArray(list.value) ? items(list) : [])) {
    const parameter = refs.follow(place);
    if (parameter === null) continue;
    const name = field(parameter, "name").value;
    const where = field(parameter, "in").value;
    if (typeof name !== "string" || typeof where !== "string" || !PLACES.includes(where)) continue;
    if (where === "header" && (OTHERWISE.test(name) || !isHeader(name, ""))) continue;
    const example = exampleOf(parameter, refs);
    const required = where === "path" || field(parameter, "required").value === true;
    found.delete(`${where} ${name}`);
    if (!required && example === undefined) continue;
    const value = example ?? sampleOf(schemaOf(parameter), refs) ?? "text";
    found.set(`${where} ${name}`, { name, in: where as Parameter["in"], value });
  }
  return [...found.values()];
}

/** The example of a parameter or a media type; undefined without one. */
export function exampleOf(place: Place, refs: References): unknown {
  const example = field(place, "example").value;
  if (example !== undefined) return example;
  const examples = field(place, "examples");
  if (!isRecord(examples.value)) return undefined;
  for (const [, named] of fields(examples)) {
    const target = refs.follow(named);
    const value = target === null ? undefined : field(target, "value").value;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A parameter's schema, which may stand below a media type. */
function schemaOf(parameter: Place): Place {
  const content = field(parameter, "content");
  const [media] = isRecord(content.value) ? fields(content) : [];
  return field(media?.[1] ?? parameter, "schema");
}

/** Values of parameters as text: lists with commas. */
export function parameterText(value: unknown): string {
  if (Array.isArray(value)) return value.map(parameterText).join(",");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

/** Values of query parameters: lists repeat them. */
export function queryValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map((item) => queryScalar(item));
  return queryScalar(value);
}

function queryScalar(value: unknown): Value {
  const isPlain = ["string", "number", "boolean"].includes(typeof value);
  return isPlain ? jsonValue(value, { value: (_, text) => text }) : parameterText(value);
}
