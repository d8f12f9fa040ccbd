import { readResult } from "../read_result.ts";

const OPENING_BRACE = 0x7b;
const SPACES: ReadonlySet<number> = new Set([9, 13, 32]);
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is wrong with a line, for people; null for a result. */
export function checkLine(line: Uint8Array): string | null {
  let at = 0;
  while (SPACES.has(line[at]!)) at++;
  if (at === line.length) return "empty";
  // Before the parser: an exception a line would make a flood of rubbish slow.
  if (line[at] !== OPENING_BRACE) return "no JSON object";
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return "no UTF-8";
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "no JSON";
  }
  return readResult(value) === null ? "a field of another type" : null;
}

/** The beginning of a line, for people: what isn't printable in ASCII is a dot. */
export function showLine(line: Uint8Array): string {
  const shown = line.subarray(0, 100);
  const text = Array.from(
    shown,
    (byte) => byte < 0x20 || byte > 0x7e ? "." : String.fromCharCode(byte),
  );
  return text.join("") + (shown.length < line.length ? "…" : "");
}
