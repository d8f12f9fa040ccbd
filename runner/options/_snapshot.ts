import { OptionError } from "../../internal/mod.ts";

/** A value as JSON has it, or undefined: nothing in it can change or run code any more. */
export type Plain =
  | null
  | undefined
  | boolean
  | number
  | string
  | readonly Plain[]
  | PlainObject;

/** An object of plain values, without a prototype: any key is safe. */
export interface PlainObject {
  /** A value. */
  readonly [key: string]: Plain;
}

const MAX_DEPTH = 16;
const MAX_VALUES = 100_000;

/**
 * Copies what a script handed over, reading every property once, so that a getter or a proxy
 * can't show one value to the checks and another to the run.
 *
 * @throws {OptionError} on what JSON can't hold, on a getter that throws, above the caps on depth
 * (16) and on the number of values (100,000)
 */
export function snapshot(value: unknown, path: string): Plain {
  return copy(value, path, 0, { values: 0 });
}

function copy(value: unknown, path: string, depth: number, seen: { values: number }): Plain {
  if (++seen.values > MAX_VALUES) {
    throw new OptionError(path, `Options hold more than ${MAX_VALUES} values, at ${path}`);
  }
  switch (typeof value) {
    case "undefined":
    case "boolean":
    case "number":
    case "string":
      return value;
    case "object":
      break;
    default:
      throw new OptionError(path, `${path} can't be a ${typeof value}`);
  }
  if (value === null) return null;
  if (depth === MAX_DEPTH) {
    throw new OptionError(path, `Options are nested deeper than ${MAX_DEPTH} levels, at ${path}`);
  }
  try {
    if (Array.isArray(value)) {
      const length = value.length;
      if (length > MAX_VALUES) {
        throw new OptionError(path, `${path} holds more than ${MAX_VALUES} values: ${length}`);
      }
      const list: Plain[] = [];
      for (let i = 0; i < length; i++) list.push(copy(value[i], `${path}[${i}]`, depth + 1, seen));
      return list;
    }
    const fields: Record<string, Plain> = Object.create(null);
    for (const key of Object.keys(value)) {
      const at = depth === 0 ? key : `${path}.${key}`;
      fields[key] = copy(Reflect.get(value, key), at, depth + 1, seen);
    }
    return fields;
  } catch (error) {
    if (error instanceof OptionError) throw error;
    throw new OptionError(path, `Can't read ${path}`, error);
  }
}
