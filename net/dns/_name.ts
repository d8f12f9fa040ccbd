import { NetError } from "../errors.ts";

const MAX_NAME = 255; // RFC 1035 §2.3.4, with lengths and the root label
const MAX_LABEL = 63;
const ESCAPE = /\\(?:(\d{3})|([^]))|([^\\])/y;

/**
 * A name on the wire (RFC 1035 §3.1). Names beyond ASCII are written as IDNA has it; `\.`, `\\` and
 * `\DDD` stand for bytes of a label. A dot at the end makes no difference.
 *
 * @throws {NetError} `address_invalid`
 */
export function encodeName(name: string): Uint8Array {
  const labels = name === "." ? [] : splitLabels(name, toAscii(name));
  const bytes = labels.flatMap((label) => [label.length, ...label]);
  bytes.push(0);
  if (bytes.length > MAX_NAME) throw invalid(name, "it is over 253 characters");
  return Uint8Array.from(bytes);
}

function splitLabels(name: string, ascii: string): number[][] {
  const labels: number[][] = [[]];
  ESCAPE.lastIndex = 0;
  for (let at = 0; at < ascii.length; at = ESCAPE.lastIndex) {
    const [, digits, escaped, plain] = ESCAPE.exec(ascii) ?? [];
    if (plain === ".") {
      labels.push([]);
      continue;
    }
    const character = escaped ?? plain;
    const byte = digits === undefined ? character?.charCodeAt(0) : Number(digits);
    if (byte === undefined || byte > 255) throw invalid(name, "a backslash escapes nothing");
    labels.at(-1)!.push(byte);
  }
  if (labels.length > 1 && labels.at(-1)!.length === 0) labels.pop();
  for (const label of labels) {
    if (label.length === 0) throw invalid(name, "a label is empty");
    if (label.length > MAX_LABEL) throw invalid(name, "a label is over 63 characters");
  }
  return labels;
}

function toAscii(name: string): string {
  if (typeof name !== "string") throw invalid(String(name), "it is not text");
  if (/^[\x21-\x7e]+$/.test(name)) return name;
  if (name === "") throw invalid(name, "it is empty");
  const url = /^[\w.\-\u0080-\uffff]+$/.test(name) ? URL.parse(`http://${name}/`) : null;
  if (url === null) throw invalid(name, "it has characters that a name can't have");
  return url.hostname;
}

function invalid(name: string, reason: string): NetError {
  const shown = JSON.stringify(name.length > 300 ? `${name.slice(0, 300)}…` : name);
  return new NetError("address_invalid", `name ${shown} is invalid: ${reason}`);
}
