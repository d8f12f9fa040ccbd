import { OptionError } from "../../internal/mod.ts";

/** What k6 takes as bytes: text as UTF-8, and whatever holds bytes. */
export type Bytes = string | ArrayBuffer | ArrayBufferView;

/** @throws {OptionError} that names `what`, for anything else */
export function bytesOf(what: string, input: Bytes): Uint8Array {
  if (typeof input === "string") return new TextEncoder().encode(input);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  if (ArrayBuffer.isView(input)) {
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  }
  throw new OptionError(what, `${what} needs text or bytes: ${String(input)}`);
}

/** @throws {OptionError} that names the choices */
export function oneOf<T extends string>(what: string, value: T, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  const got = value === undefined ? "none given" : JSON.stringify(value);
  throw new OptionError(what, `${what} must be one of ${choices.join(", ")}: ${got}`);
}
