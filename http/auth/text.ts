import { OptionError } from "../../internal/mod.ts";

const encoder = new TextEncoder();

/**
 * UTF-8 bytes of a text, each as a character: what stands in a header field and goes into a hash.
 * Composed first (NFC), so that a password is the same however it was typed (RFC 8265 §4.2).
 */
export function utf8(text: string): string {
  let bytes = "";
  for (const byte of encoder.encode(text.normalize("NFC"))) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Checks a user name or password: text without control characters. Never shows it. @throws {OptionError} */
export function checkCredential(option: string, value: unknown): asserts value is string {
  if (typeof value !== "string") {
    throw new OptionError(option, `${option} is of type ${typeof value}: give text`);
  }
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) {
      throw new OptionError(option, `${option} has a control character, which can't be sent`);
    }
  }
}
