import { ImportError } from "./errors.ts";

/** A value of a document, and where it stands: `log.entries[3].request`. */
export interface Place {
  /** The document's file. */
  readonly file: string;
  /** From the root; "" for the root. */
  readonly path: string;
  readonly value: unknown;
}

/** The field of an object; its value is undefined where there is none. */
export function field(place: Place, name: string): Place {
  const { value } = place;
  const found = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  const shown = /^[\w$-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, 60))}]`;
  return { file: place.file, path: `${place.path}${shown}`.replace(/^\./, ""), value: found };
}

/** The items of a list; none where there is no list. @throws {ImportError} for something else */
export function items(place: Place): Place[] {
  if (isNothing(place.value)) return [];
  if (!Array.isArray(place.value)) throw wrong(place, "a list");
  return place.value.map((value: unknown, i) => ({ ...place, path: `${place.path}[${i}]`, value }));
}

/** The fields of an object, in order; none where there is none. @throws {ImportError} for something else */
export function fields(place: Place): [name: string, place: Place][] {
  if (isNothing(place.value)) return [];
  return Object.keys(record(place)).map((name) => [name, field(place, name)]);
}

/** The object that must be there. @throws {ImportError} */
export function record(place: Place): Readonly<Record<string, unknown>> {
  if (!isRecord(place.value)) throw wrong(place, "an object");
  return place.value;
}

/** The text that must be there. @throws {ImportError} */
export function text(place: Place, expected = "text"): string {
  if (typeof place.value !== "string") throw wrong(place, expected);
  return place.value;
}

/** Text, or `otherwise` where there is none. @throws {ImportError} for something else */
export function textOr(place: Place, otherwise: string): string {
  return isNothing(place.value) ? otherwise : text(place);
}

/** What is wrong with a place where something else was expected. */
export function wrong(place: Place, expected: string): ImportError {
  return new ImportError("import_invalid", place.file, {
    place: place.path,
    problem: place.value === undefined ? "is missing" : `is ${kindOf(place.value)}`,
    expected,
  });
}

/** Whether a value is an object, and no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return JSON.stringify(typeof value === "string" ? value.slice(0, 60) : String(value));
}
