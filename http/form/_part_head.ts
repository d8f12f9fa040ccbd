import { HttpError } from "../errors.ts";
import { isFieldValue, isToken } from "../h1/mod.ts";
import type { Part } from "./parts.ts";

const encoder = new TextEncoder();

/**
 * The header lines of a part with the empty line behind them (RFC 7578, section 4; RFC 2046).
 *
 * @param formData whether the body is `multipart/form-data`, where each part has a disposition
 * @throws {HttpError} `request_invalid` for a type or header that can't be sent
 */
export function partHead(part: Part, formData: boolean): Uint8Array {
  const of = `part ${JSON.stringify(part.name ?? "")}`;
  const headers = Object.entries(part.headers);
  for (const [name, value] of headers) check(of, name, value);
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  if (part.contentType !== null) {
    if (given.has("content-type")) {
      throw invalid(`${of} has contentType and a header Content-Type: choose one`);
    }
    check(of, "Content-Type", part.contentType);
    lines.unshift(`Content-Type: ${part.contentType}\r\n`);
  }
  const disposition = dispositionOf(part, formData);
  if (disposition !== null && !given.has("content-disposition")) {
    lines.unshift(`Content-Disposition: ${disposition}\r\n`);
  }
  return encoder.encode(`${lines.join("")}\r\n`);
}

function dispositionOf({ name, filename }: Part, formData: boolean): string | null {
  if (!formData && name === null && filename === null) return null;
  const kind = formData ? "form-data" : name === null ? "attachment" : "inline";
  const nameValue = name === null ? "" : `; name="${escape(name)}"`;
  const filenameValue = filename === null ? "" : `; filename="${escape(filename)}"`;
  return kind + nameValue + filenameValue;
}

/** Names are UTF-8 as they are, but for what would end them (WHATWG HTML, section 4.10.21.8). */
function escape(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}

function check(of: string, name: string, value: unknown): void {
  if (!isToken(name)) {
    throw invalid(`header name ${JSON.stringify(name)} of ${of} is not a token`);
  }
  if (typeof value !== "string" || !isFieldValue(value)) {
    throw invalid(`${name} of ${of} can't be sent: ${JSON.stringify(value)}`);
  }
}

function invalid(message: string): HttpError {
  return new HttpError("request_invalid", "prepare", message);
}
