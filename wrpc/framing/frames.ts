import { WrpcError, type WrpcErrorCode } from "../errors.ts";
import type { IndexPath } from "../codec/mod.ts";
import { MAX_PATH_DEPTH } from "../codec/mod.ts";

/** Longest frame that is taken; a longer one is refused by its length. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** What stands before the data of a frame: path and length (SPEC.md, "Framed stream specification"). */
export function frameHead(path: IndexPath, length: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(5 * (path.length + 2));
  let at = putUnsigned(head, 0, path.length);
  for (const step of path) at = putUnsigned(head, at, step);
  return head.subarray(0, putUnsigned(head, at, length));
}

function putUnsigned(bytes: Uint8Array, at: number, value: number): number {
  for (; value > 0x7f; value >>>= 7) bytes[at++] = (value & 0x7f) | 0x80;
  bytes[at++] = value;
  return at;
}

/** Takes what a frame holds, in as many pieces as it comes in. */
export type OnFrameData = (path: IndexPath, bytes: Uint8Array) => void;

const ROOT: IndexPath = [];

/**
 * Takes frames apart, wherever the bytes are cut. Data is handed over as it comes: a frame is never
 * waited for, so its length makes nobody reserve memory.
 */
export class FrameDecoder {
  readonly #onData: OnFrameData;
  readonly #maxBytes: number;
  #step: "depth" | "path" | "length" | "data" = "depth";
  #path: IndexPath = ROOT;
  #steps: number[] = [];
  #depth = 0;
  /** Bytes of the frame's data to come. */
  #left = 0;
  #value = 0;
  #shift = 0;

  constructor(onData: OnFrameData, maxBytes: number = MAX_FRAME_BYTES) {
    this.#onData = onData;
    this.#maxBytes = maxBytes;
  }

  /** @throws {WrpcError} `leb128_invalid`, `path_too_deep`, `frame_too_large`, or what `onData` throws */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#step !== "data") {
        const byte = bytes[at++]!;
        if (this.#number(byte)) this.#next(this.#value);
        continue;
      }
      const piece = bytes.subarray(at, at + this.#left);
      at += piece.length;
      this.#left -= piece.length;
      if (this.#left === 0) this.#step = "depth";
      this.#onData(this.#path, piece);
    }
  }

  /** The stream has ended. @throws {WrpcError} `truncated` inside a frame */
  end(): void {
    if (this.#step === "depth" && this.#shift === 0) return;
    throw broken("truncated", "the stream ended inside a frame");
  }

  /** One byte of a LEB128; true when it was the last. */
  #number(byte: number): boolean {
    const low = byte & 0x7f;
    const tooLong = this.#shift === 28 && (byte > 0x0f);
    if (tooLong || (byte === 0 && this.#shift > 0)) {
      throw broken("leb128_invalid", `the ${this.#step} of a frame is over-long or beyond 32 bits`);
    }
    this.#value = this.#shift === 0 ? low : this.#value + low * 2 ** this.#shift;
    if (byte > 0x7f) {
      this.#shift += 7;
      return false;
    }
    this.#shift = 0;
    return true;
  }

  #next(value: number): void {
    switch (this.#step) {
      case "depth":
        if (value > MAX_PATH_DEPTH) {
          throw broken("path_too_deep", `a path of ${value} steps is over ${MAX_PATH_DEPTH}`);
        }
        this.#depth = value;
        this.#steps = [];
        this.#path = value === 0 ? ROOT : this.#steps;
        this.#step = value === 0 ? "length" : "path";
        return;
      case "path":
        this.#steps.push(value);
        if (this.#steps.length === this.#depth) this.#step = "length";
        return;
      default:
        if (value > this.#maxBytes) {
          throw broken("frame_too_large", `a frame of ${value} bytes is over ${this.#maxBytes}`);
        }
        this.#left = value;
        this.#step = value === 0 ? "depth" : "data";
    }
  }
}

function broken(code: WrpcErrorCode, message: string): WrpcError {
  return new WrpcError(code, "receive", `receiving frames failed: ${message}`);
}
