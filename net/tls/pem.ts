import { OptionError } from "../../internal/mod.ts";

/** What a PEM text can be asked for. */
export type PemKind = "certificate" | "private key";

const MAX_BYTES = 1024 * 1024; // The roots of all browsers together take a fifth of it.
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*)-----END ([A-Z0-9 ]{1,64})-----/g;
const LABELS: Record<PemKind, RegExp> = {
  "certificate": /^CERTIFICATE$/,
  "private key": /^(?:RSA |EC )?PRIVATE KEY$/,
};

/**
 * The text of an option that holds PEM (RFC 7468): one block of `kind` at least, and each of these
 * readable as Base64 of one DER value. TLS itself would pass over what it can't read in silence.
 *
 * @param option its path, for messages
 * @throws {OptionError} saying what was found instead
 */
export function pemText(option: string, value: unknown, kind: PemKind): string {
  const text = textOf(option, value, kind);
  const found: string[] = [];
  let wanted = 0;
  for (const [, label = "", body = "", end = ""] of text.matchAll(BLOCK)) {
    if (label !== end) throw bad(option, kind, `BEGIN ${label} is followed by END ${end}`);
    if (!LABELS[kind].test(label)) {
      found.push(label);
      continue;
    }
    if (!isDer(body)) throw bad(option, kind, `its ${label} is damaged`);
    wanted++;
  }
  if (wanted > 0) return text;
  throw bad(option, kind, instead(found, text));
}

function textOf(option: string, value: unknown, kind: PemKind): string {
  if (typeof value !== "string" && !(value instanceof Uint8Array)) {
    throw new OptionError(option, `${option} must be PEM text of a ${kind}: ${typeof value}`);
  }
  if (value.length > MAX_BYTES) {
    throw bad(option, kind, `it has ${value.length} bytes, more than ${MAX_BYTES}`);
  }
  // What isn't UTF-8 becomes U+FFFD, which no block may hold.
  return typeof value === "string" ? value : new TextDecoder().decode(value);
}

/** Labels and sizes only: the content of a key must not reach a log. */
function instead(found: readonly string[], text: string): string {
  const label = found[0];
  if (label === "ENCRYPTED PRIVATE KEY" || text.includes("Proc-Type: 4,ENCRYPTED")) {
    return "its key is encrypted, decrypt it first, for example with openssl pkey";
  }
  if (label !== undefined) return `it holds a ${label.toLowerCase()}`;
  if (text.trim() === "") return "it is empty";
  if (text.includes("-----BEGIN ")) return "its block has no end";
  return /^[\w./\\-]{1,200}$/.test(text)
    ? "it looks like a path, give what the file holds"
    : "it has no -----BEGIN …----- block";
}

function bad(option: string, kind: PemKind, why: string): OptionError {
  return new OptionError(option, `${option} must be PEM text of a ${kind}: ${why}`);
}

/** Whether Base64 holds exactly one DER SEQUENCE: what a certificate and a key both are. */
function isDer(base64: string): boolean {
  let der: string;
  try {
    der = atob(base64);
  } catch {
    return false;
  }
  const size = der.charCodeAt(1);
  if (der.charCodeAt(0) !== 0x30 || Number.isNaN(size)) return false;
  if (size < 0x80) return der.length === 2 + size;
  const bytes = size & 0x7f;
  let length = 0;
  for (let i = 0; i < bytes; i++) length = length * 256 + der.charCodeAt(2 + i);
  return der.length === 2 + bytes + length;
}
