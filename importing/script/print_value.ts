import { propertyName, stringLiteral, templateText } from "./literals.ts";
import type { Definition, Encoded, Template, Value } from "./plan.ts";

/** Where lines end. */
export const WIDTH = 80;

/** What printing needs to know. */
export interface Printing {
  /** What the constants are called. */
  readonly names: ReadonlyMap<Definition, string>;
}

/**
 * A value as an expression.
 *
 * @param indent spaces that its first line is indented by
 * @param used columns that are taken on its first line, the indentation too; what follows it included
 */
export function printValue(value: Value, printing: Printing, indent: number, used: number): string {
  const flat = printFlat(value, printing);
  if (used + flat.length <= WIDTH) return flat;
  const inner = indent + 2;
  const pad = " ".repeat(inner);
  const lines = (items: readonly string[]) => items.map((item) => `${pad}${item},\n`).join("");
  if (Array.isArray(value) && value.length > 0) {
    const items = value.map((item: Value) => printValue(item, printing, inner, inner + 1));
    // The formatter hugs an only object.
    if (items.length === 1 && value[0] instanceof Map) {
      return `[${printValue(value[0], printing, indent, WIDTH)}]`;
    }
    return `[\n${lines(items)}${" ".repeat(indent)}]`;
  }
  if (value instanceof Map && value.size > 0) {
    const items = [...value].map(([name, item]: [string, Value]) => {
      if (isShorthand(name, item, printing)) return name;
      const key = `${propertyName(name)}: `;
      return key + printValue(item, printing, inner, inner + key.length + 1);
    });
    return `{\n${lines(items)}${" ".repeat(indent)}}`;
  }
  if (isFilePart(value)) {
    const items = value.file.map((item) => printValue(item, printing, inner, inner + 1));
    return `file(\n${lines(items)}${" ".repeat(indent)})`;
  }
  return flat;
}

/** A value on one line. */
export function printFlat(value: Value, printing: Printing): string {
  if (typeof value === "string") return stringLiteral(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) {
    return `[${value.map((item: Value) => printFlat(item, printing)).join(", ")}]`;
  }
  if (value instanceof Map) {
    const items = [...value].map(([name, item]: [string, Value]) =>
      isShorthand(name, item, printing)
        ? name
        : `${propertyName(name)}: ${printFlat(item, printing)}`
    );
    return items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
  }
  if (isFilePart(value)) {
    return `file(${value.file.map((item) => printFlat(item, printing)).join(", ")})`;
  }
  return printSpecial(value as Definition | Template | { code: string }, printing);
}

function printSpecial(
  value: Definition | Template | Encoded | { code: string },
  printing: Printing,
): string {
  if ("code" in value) return value.code;
  if ("encoded" in value) return `encodeURIComponent(${nameOf(value.encoded, printing)})`;
  if ("kind" in value) return nameOf(value, printing);
  const only = value.parts[0];
  if (value.parts.length === 1 && typeof only === "object") {
    // An expression may be a number; a template is always text.
    return "code" in only ? `\`\${${only.code}}\`` : printSpecial(only, printing);
  }
  const parts = value.parts.map((part) =>
    typeof part === "string" ? templateText(part) : `\${${printSpecial(part, printing)}}`
  );
  return `\`${parts.join("")}\``;
}

/** Whether a property is called like the constant it holds. */
function isShorthand(name: string, value: Value, { names }: Printing): boolean {
  if (typeof value !== "object" || value === null) return false;
  const only = "parts" in value && value.parts.length === 1 ? value.parts[0] : value;
  return typeof only === "object" && "kind" in only && names.get(only) === name;
}

function nameOf(definition: Definition, { names }: Printing): string {
  const name = names.get(definition);
  if (name === undefined) throw new Error("a definition without a name");
  return name;
}

function isFilePart(value: Value): value is Extract<Value, { file: unknown }> {
  return typeof value === "object" && value !== null && "file" in value;
}
