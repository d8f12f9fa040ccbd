import { describeError } from "../internal/mod.ts";
import { WrpcError } from "./errors.ts";
import type { WitDocument, WitInterface } from "./types/mod.ts";

/** Largest component that is read, in bytes: as hosting takes unless told otherwise. */
const MAX_COMPONENT_BYTES = 64 * 1024 * 1024;

/**
 * Reads the interfaces that a WebAssembly component exports from its binary, so that they can be
 * called, or served, without their `.wit` texts: what it gives is taken as `wit`, by many clients.
 *
 * @param bytes of the component, at most 64 MiB
 * @throws {WrpcError} rejects with `wit_invalid` for what is no component (a core module, say), a
 * broken one, one above the limit, one without interfaces, or of the asynchronous ABI of WASI 0.3
 */
export async function readComponent(bytes: Uint8Array | ArrayBuffer): Promise<WitDocument> {
  if (!isBytes(bytes)) throw invalid(`a component is read from bytes, not from ${typeof bytes}`);
  if (bytes.byteLength > MAX_COMPONENT_BYTES) {
    const most = `${MAX_COMPONENT_BYTES / 1024 / 1024} MiB`;
    throw invalid(`this component has ${bytes.byteLength} bytes, more than ${most}`);
  }
  // Most scripts have texts: the reader is loaded for those that don't.
  const component = await import("./host/component/mod.ts");
  let exports: readonly WitInterface[];
  try {
    exports = component.readComponent(asArray(bytes)).exports;
  } catch (cause) {
    throw invalid(describeError(cause), cause);
  }
  if (exports.length === 0) throw invalid("this component exports no interface");
  return { interfaces: new Map(exports.map((one) => [one.name, one])) };
}

/** Whether a value is bytes, as files give them. */
export function isBytes(value: unknown): value is Uint8Array | ArrayBuffer {
  return value instanceof Uint8Array || value instanceof ArrayBuffer;
}

function asArray(bytes: Uint8Array | ArrayBuffer): Uint8Array {
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
}

function invalid(message: string, cause?: unknown): WrpcError {
  return new WrpcError("wit_invalid", "wit", message, cause);
}
