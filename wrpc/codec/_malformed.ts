import { WrpcError, type WrpcErrorCode } from "../errors.ts";

/** The peer's bytes are no value of the type. */
export function malformed(code: WrpcErrorCode, message: string): WrpcError {
  return new WrpcError(code, "decode", `decoding failed: ${message}`);
}
