import { kindOfField, kindOfName } from "./_field_kind.ts";
import { STATIC_COUNT, STATIC_FIELDS } from "./_static_table.ts";

/** The static table as the decoder hands it on: lines `name: value\r\n`, one behind the other. */
export const STATIC_BYTES: Uint8Array = Uint8Array.from(
  STATIC_FIELDS.map(([name, value]) => `${name}: ${value}\r\n`).join(""),
  (char) => char.charCodeAt(0),
);

// By index, 0 unused. The line of an entry ends where that of the next one starts.
/** Where the line of an entry starts. */
export const STATIC_STARTS: Int32Array = new Int32Array(STATIC_COUNT + 2);
/** Where its name ends. */
export const STATIC_NAME_ENDS: Int32Array = new Int32Array(STATIC_COUNT + 1);
/** What its name makes of a field. */
export const STATIC_NAME_KINDS: Uint8Array = new Uint8Array(STATIC_COUNT + 1);
/** Its own kind. */
export const STATIC_KINDS: Uint8Array = new Uint8Array(STATIC_COUNT + 1);

for (const [i, [name, value]] of STATIC_FIELDS.entries()) {
  const start = STATIC_STARTS[i + 1]!;
  const nameEnd = start + name.length;
  const valueEnd = nameEnd + 2 + value.length;
  const kind = kindOfName(STATIC_BYTES, start, nameEnd);
  STATIC_STARTS[i + 2] = valueEnd + 2;
  STATIC_NAME_ENDS[i + 1] = nameEnd;
  STATIC_NAME_KINDS[i + 1] = kind;
  STATIC_KINDS[i + 1] = kindOfField(kind, STATIC_BYTES, nameEnd + 2, valueEnd);
}
