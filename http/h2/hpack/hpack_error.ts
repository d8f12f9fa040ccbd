import { DownpourError } from "../../../internal/mod.ts";
import { ErrorCode } from "../frames.ts";

/**
 * A field block that can't be decoded. The connection can't go on behind it: the tables of both ends
 * no longer agree.
 */
export class HpackError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "HpackError";
  /** What GOAWAY tells the peer: COMPRESSION_ERROR (RFC 9113 §4.3). */
  readonly errorCode: number = ErrorCode.compressionError;

  /** @param what what is wrong with the block */
  constructor(what: string) {
    super("h2_protocol", `field block can't be decoded: ${what}`, { phase: "headers" });
  }
}
