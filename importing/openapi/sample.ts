import { field, fields, isRecord, items, type Place } from "../place.ts";
import { sampleNumber, sampleText } from "./sample_scalar.ts";
import type { References } from "./refs.ts";

/** Levels of a sample, and values in it: a schema can describe endless ones. */
const MOST_LEVELS = 12;
const MOST_VALUES = 500;

/**
 * A value that a schema allows (OpenAPI 3.0's, or JSON Schema as of 3.1): its example, default or
 * first choice, else made up. Circles end where they come back; undefined where nothing can be said.
 */
export function sampleOf(schema: Place, refs: References): unknown {
  return new Sampler(refs).sample(schema, 0, new Set());
}

class Sampler {
  readonly #refs: References;
  #values = 0;

  constructor(refs: References) {
    this.#refs = refs;
  }

  sample(place: Place, depth: number, seen: ReadonlySet<unknown>): unknown {
    const schema = this.#refs.follow(place);
    if (schema === null || !isRecord(schema.value) || seen.has(schema.value)) return undefined;
    if (depth > MOST_LEVELS || ++this.#values > MOST_VALUES) return undefined;
    const given = givenValue(schema);
    if (given !== undefined) return given;
    const inner = new Set(seen).add(schema.value);
    const parts = items(listAt(schema, "allOf"));
    const choices = [...items(listAt(schema, "oneOf")), ...items(listAt(schema, "anyOf"))];
    if (parts.length > 0) {
      const samples = parts.map((part) => this.sample(part, depth, inner));
      const own = this.#object(schema, depth, inner);
      const objects = [...samples, own].filter(isRecord);
      // Without a prototype, so that `__proto__` is a name like others.
      return objects.length > 0 ? merge(objects) : samples.find((one) => one !== undefined);
    }
    for (const choice of choices) {
      const value = this.sample(choice, depth, inner);
      if (value === undefined || value === null) continue;
      const own = isRecord(value) ? this.#object(schema, depth, inner) : undefined;
      return own === undefined || !isRecord(value) ? value : merge([own, value]);
    }
    return this.#typed(schema, depth, inner);
  }

  #typed(schema: Place, depth: number, seen: ReadonlySet<unknown>): unknown {
    switch (typeOf(schema)) {
      case "object":
        return this.#object(schema, depth, seen) ?? {};
      case "array": {
        const [first] = items(listAt(schema, "prefixItems"));
        const item = this.sample(first ?? field(schema, "items"), depth + 1, seen);
        return item === undefined ? [] : [item];
      }
      case "string":
        return sampleText(schema);
      case "integer":
        return sampleNumber(schema, true);
      case "number":
        return sampleNumber(schema, false);
      case "boolean":
        return true;
      case "null":
        return null;
      default:
        return undefined;
    }
  }

  /** An object with all properties that can be sent; undefined where it has none. */
  #object(
    schema: Place,
    depth: number,
    seen: ReadonlySet<unknown>,
  ): Record<string, unknown> | undefined {
    const properties = field(schema, "properties");
    if (!isRecord(properties.value)) return undefined;
    const required = field(schema, "required").value;
    const object = Object.create(null) as Record<string, unknown>;
    for (const [name, property] of fields(properties)) {
      const target = this.#refs.follow(property);
      if (target !== null && field(target, "readOnly").value === true) continue;
      const value = this.sample(property, depth + 1, seen);
      const needed = Array.isArray(required) && required.includes(name);
      if (value !== undefined) object[name] = value;
      else if (needed) object[name] = null;
    }
    return object;
  }
}

/** What a schema says itself: an example before a default before the first choice. */
function givenValue(schema: Place): unknown {
  const { example, examples, default: otherwise, enum: choices, const: only } = schema
    .value as Record<string, unknown>;
  if (only !== undefined) return only;
  if (example !== undefined) return example;
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as unknown;
  if (otherwise !== undefined) return otherwise;
  return Array.isArray(choices) ? choices.find((choice) => choice !== null) as unknown : undefined;
}

/** The type, which 3.1 may give as a list, or the one that other keywords imply. */
function typeOf(schema: Place): string | undefined {
  const { value } = field(schema, "type");
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    const found: unknown = value.find((type) => type !== "null") ?? value[0];
    return typeof found === "string" ? found : undefined;
  }
  const has = (name: string) => field(schema, name).value !== undefined;
  if (has("properties") || has("additionalProperties")) return "object";
  if (has("items") || has("prefixItems")) return "array";
  if (has("format") || has("pattern") || has("minLength")) return "string";
  return has("minimum") || has("maximum") ? "number" : undefined;
}

/** A keyword that should be a list; nothing where it isn't. */
function listAt(schema: Place, name: string): Place {
  const found = field(schema, name);
  return Array.isArray(found.value) ? found : { ...found, value: undefined };
}

function merge(objects: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const all = Object.create(null) as Record<string, unknown>;
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) all[name] = value;
  }
  return all;
}
