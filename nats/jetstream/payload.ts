import type { Payload } from "../message.ts";
import { NOTHING } from "./host.ts";

const encoder = new TextEncoder();

/** What is published as bytes: text as UTF-8, bytes as they are, anything else as JSON. */
export function payloadBytes(data: Payload): Uint8Array {
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof Uint8Array) return data;
  if (data === undefined || data === null) return NOTHING;
  return encoder.encode(JSON.stringify(data));
}
