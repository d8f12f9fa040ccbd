import { FieldLines } from "./fields.ts";
import { latin1, LF } from "./syntax.ts";

/**
 * Names and values of a section that `HeadReader` or `ChunkedReader` has accepted, in their order.
 *
 * @param bytes the section with its empty line; a status line before it is skipped
 */
export function readFields(bytes: Uint8Array, hasStatusLine: boolean): [string, string][] {
  // What it was accepted by is not known here; the bytes are.
  const lines = new FieldLines("lenient");
  const fields: [string, string][] = [];
  let at = hasStatusLine ? bytes.indexOf(LF) + 1 : 0;
  for (;;) {
    const next = lines.line(bytes, at, bytes.length);
    if (next < 0) return fields;
    fields.push([
      latin1(bytes, lines.nameStart, lines.nameEnd),
      latin1(bytes, lines.valueStart, lines.valueEnd),
    ]);
    at = next;
  }
}
