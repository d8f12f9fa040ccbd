import type { Definition, Value } from "./script/plan.ts";
import { isSecretName } from "./script/secrets.ts";

/** What a body becomes: options of a call, and the `Content-Type` that must be given besides. */
export interface BodyOptions {
  readonly options: ReadonlyMap<string, Value>;
  /** Null when the option implies it. */
  readonly contentType: string | null;
}

/** How texts in a body are taken: secrets lifted, variables put in. */
export interface TextReader {
  /** A value by the name of its field; "" for none. */
  value(name: string, text: string): Value;
}

/** JSON nested deeper stays text. */
const MOST_LEVELS = 60;

/** Lifts what has the name of a secret; the rest stays as it is. */
export function liftingReader(secret: (name: string, value: string) => Definition): TextReader {
  return { value: (name, text) => isSecretName(name) && text !== "" ? secret(name, text) : text };
}

/** Options for a text body of a type. */
export function textBody(text: string, mimeType: string, reader: TextReader): BodyOptions {
  const type = mimeType.split(";", 1)[0]!.trim().toLowerCase();
  if (type === "application/json" || type.endsWith("+json")) {
    const json = exactJson(text);
    if (json !== undefined) {
      const value = jsonValue(json, reader);
      const isPlain = mimeType.trim().toLowerCase() === "application/json";
      return one("json", value, isPlain ? null : mimeType);
    }
  }
  if (type === "application/x-www-form-urlencoded") {
    const pairs = [...new URLSearchParams(text)];
    if (pairs.length > 0 && new URLSearchParams(pairs).toString() === normalForm(text)) {
      const implied = mimeType.trim().toLowerCase() === type;
      return one("form", formValue(pairs, reader), implied ? null : mimeType);
    }
  }
  return one("body", reader.value("", text), mimeType === "" ? null : mimeType);
}

/** A form as a record, or as pairs where the order of repeated names would be lost. */
export function formValue(
  pairs: readonly (readonly [name: string, value: string])[],
  reader: TextReader,
): Value {
  const record = new Map<string, Value[]>();
  let last = "";
  for (const [name, value] of pairs) {
    const values = record.get(name);
    // Names like numbers would come first.
    if ((values !== undefined && last !== name) || /^\d+$/.test(name)) {
      return pairs.map(([name, value]) => [name, reader.value(name, value)]);
    }
    if (values === undefined) record.set(name, [reader.value(name, value)]);
    else values.push(reader.value(name, value));
    last = name;
  }
  return new Map(
    [...record].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]),
  );
}

/** A JSON value as an expression. */
export function jsonValue(json: unknown, reader: TextReader, name = ""): Value {
  if (typeof json === "string") return reader.value(name, json);
  if (Array.isArray(json)) return json.map((item) => jsonValue(item, reader, name));
  if (typeof json === "object" && json !== null) {
    return new Map(
      Object.entries(json).map(([key, value]) => [key, jsonValue(value, reader, key)]),
    );
  }
  return typeof json === "number" || typeof json === "boolean" ? json : null;
}

/** JSON that would be sent again as it is, spaces apart; else undefined: `1.0`, big numbers, a name twice. */
export function exactJson(text: string): unknown {
  if (nesting(text) > MOST_LEVELS) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const tight = text.replace(
      /"(?:[^"\\]|\\.)*"|\s+/g,
      (token) => token[0] === '"' ? JSON.stringify(JSON.parse(token)) : "",
    );
    return JSON.stringify(value) === tight ? value : undefined;
  } catch {
    return undefined;
  }
}

function nesting(text: string): number {
  let depth = 0;
  let most = 0;
  for (const char of text) {
    if (char === "[" || char === "{") most = Math.max(most, ++depth);
    else if (char === "]" || char === "}") depth--;
  }
  return most;
}

/** As `URLSearchParams` writes it, where it was encoded another way that means the same. */
function normalForm(text: string): string {
  return text.replace(/%20/g, "+").replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase())
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%2A/g, "*").replace(/%2E/g, ".").replace(/%2D/g, "-").replace(/%5F/g, "_");
}

function one(name: string, value: Value, contentType: string | null): BodyOptions {
  return { options: new Map([[name, value]]), contentType };
}
