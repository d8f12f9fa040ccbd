import { natsError } from "./errors.ts";
import type { Payload } from "./message.ts";

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

/**
 * The bytes of a payload: text as UTF-8, bytes as they are, nothing for undefined, anything else as
 * JSON.
 *
 * @throws {NatsError} 1009 for what JSON can't hold
 */
export function payloadBytes(data: Payload): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data === undefined || data === "") return NOTHING;
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  let json: unknown;
  try {
    json = JSON.stringify(data);
  } catch (cause) {
    throw natsError(1009, cause, "the data is no JSON");
  }
  if (typeof json === "string") return encoder.encode(json);
  throw natsError(1009, undefined, `the data can't be sent: ${typeof data}`);
}
