import type { Cursor } from "./cursor.ts";
import type { FieldSyntax } from "./syntax.ts";

/** Reads `start:length "little"`. @throws {Unreadable} */
export function parseField(cursor: Cursor): FieldSyntax {
  const start = cursor.expect("value", "the first byte's index");
  cursor.expect(":", ": and a number of bytes");
  const length = cursor.expect("value", "a number of bytes");
  const endian = cursor.expect("string", '"little" or "big", quoted');
  return { start, length, endian };
}
