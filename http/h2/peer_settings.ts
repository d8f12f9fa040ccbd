import { ConnectionFailure } from "./failures.ts";
import {
  DEFAULT_FRAME_BYTES,
  DEFAULT_WINDOW,
  ErrorCode,
  MAX_FRAME_BYTES,
  MAX_WINDOW,
  Setting,
  uint32,
} from "./frames.ts";

/** What the peer's SETTINGS say so far (RFC 9113 §6.5.2). */
export class PeerSettings {
  /** Most bytes of the table that our field blocks may use. */
  headerTableSize = 4096;
  /** Most streams that we may have open at a time. */
  maxConcurrentStreams = Infinity;
  /** What may be sent on a new stream before a WINDOW_UPDATE. */
  initialWindowSize: number = DEFAULT_WINDOW;
  /** Longest payload of a frame. */
  maxFrameSize: number = DEFAULT_FRAME_BYTES;
  /** Most bytes of a request's fields, each with 32 more; advice, which we take. */
  maxHeaderListSize = Infinity;

  /**
   * Takes over the parameters of a SETTINGS frame, in order; unknown ones are ignored.
   *
   * @throws {ConnectionFailure} for a value that isn't allowed
   */
  apply(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at += 6) {
      const value = uint32(bytes, at + 2);
      switch ((bytes[at]! << 8) | bytes[at + 1]!) {
        case Setting.headerTableSize:
          this.headerTableSize = value;
          break;
        case Setting.enablePush:
          if (value !== 0) throw wrong("ENABLE_PUSH", value);
          break;
        case Setting.maxConcurrentStreams:
          this.maxConcurrentStreams = value;
          break;
        case Setting.initialWindowSize:
          if (value > MAX_WINDOW) {
            throw wrong("INITIAL_WINDOW_SIZE", value, ErrorCode.flowControlError);
          }
          this.initialWindowSize = value;
          break;
        case Setting.maxFrameSize:
          if (value < DEFAULT_FRAME_BYTES || value > MAX_FRAME_BYTES) {
            throw wrong("MAX_FRAME_SIZE", value);
          }
          this.maxFrameSize = value;
          break;
        case Setting.maxHeaderListSize:
          this.maxHeaderListSize = value;
          break;
      }
    }
  }
}

function wrong(
  name: string,
  value: number,
  errorCode: number = ErrorCode.protocolError,
): ConnectionFailure {
  return new ConnectionFailure(errorCode, `SETTINGS with ${name} ${value}`);
}
