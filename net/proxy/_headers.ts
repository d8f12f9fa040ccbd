import { OptionError } from "../../internal/mod.ts";

/** What CONNECT sets itself, or must not have: it has no content (RFC 9110 §9.3.6). */
const RESERVED = new Set(["host", "content-length", "transfer-encoding"]);
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/; // RFC 9110 §5.6.2
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/; // RFC 9110 §5.5

/**
 * Copies and checks the headers for a CONNECT request: what was checked is what is sent.
 *
 * @throws {OptionError} naming the header; values may be secrets and are left out
 */
export function checkHeaders(
  headers: Readonly<Record<string, string>>,
  hasCredentials: boolean,
): [name: string, value: string][] {
  const refuse = (name: string, reason: string) =>
    new OptionError("proxy.headers", `proxy.headers: ${JSON.stringify(name)} ${reason}`);
  if (typeof headers !== "object" || headers === null || Symbol.iterator in headers) {
    throw new OptionError("proxy.headers", "proxy.headers must be an object of names and values");
  }
  const fields = Object.entries(headers);
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name)) throw refuse(name, "is not a header name");
    if (RESERVED.has(lower)) throw refuse(name, "is set by the request itself");
    if (lower === "proxy-authorization" && hasCredentials) {
      throw refuse(name, "says again who asks, beside the user name: give one of them");
    }
    if (typeof value !== "string") throw refuse(name, `must be text, not ${typeof value}`);
    if (!VALUE.test(value)) {
      throw refuse(name, "has a line break, a control character or one above U+00FF");
    }
  }
  return fields;
}
