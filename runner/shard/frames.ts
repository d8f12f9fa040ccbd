import { DownpourError } from "../../internal/mod.ts";

/** The largest frame, type and payload together, that either end accepts. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** What a frame carries. */
export const FrameType = {
  /** JSON: a command or an event. */
  control: 1,
  /** JSON status and encoded metrics. */
  delta: 2,
  /** Nothing: the sender's event loop turns. */
  heartbeat: 3,
  /** A batch of samples. */
  samples: 4,
} as const;

const HEADER_BYTES = 5;
const KNOWN = new Set<number>(Object.values(FrameType));

/** One frame. */
export interface Frame {
  /** What it carries: one of `FrameType`. */
  readonly type: number;
  /** What follows the type. */
  readonly payload: Uint8Array;
}

/** The bytes of the other end are not frames: it can't be listened to any more. */
export class FrameError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "FrameError";
}

/** A frame's bytes: u32 length of what follows (big-endian), u8 type, payload. */
export function encodeFrame(type: number, payload: Uint8Array): Uint8Array {
  if (payload.length + 1 > MAX_FRAME_BYTES) {
    throw new FrameError("frame_too_large", `can't send a frame of ${payload.length} bytes`);
  }
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length + 1);
  bytes[4] = type;
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/**
 * What Deno's Brotli decoder prints on stdout, where frames go, when a body is corrupt: lines that
 * begin `leak`. As a length that is over the cap, so no frame begins with it, and such a line
 * between two frames is passed over.
 */
const NOISE = [0x6c, 0x65, 0x61, 0x6b];
const LINE_FEED = 10;

/**
 * Takes bytes as they come, split anywhere, and hands out whole frames. A payload is kept in
 * pieces until it is complete, so a length that is announced but never sent reserves nothing.
 */
export class FrameDecoder {
  #header = new Uint8Array(HEADER_BYTES);
  #have = 0;
  #missing = -1;
  #pieces: Uint8Array[] = [];
  #inNoise = false;

  /** True in the middle of a frame: an end of input here means that something is missing. */
  get partial(): boolean {
    return this.#have > 0;
  }

  /**
   * Frames completed by `bytes`, in order. Their payloads are copies.
   *
   * @throws {FrameError} `frame_too_large`, `frame_empty`, `frame_type`
   */
  *push(bytes: Uint8Array): Generator<Frame> {
    let at = 0;
    for (;;) {
      if (this.#inNoise) {
        const end = bytes.indexOf(LINE_FEED, at);
        if (end < 0) return;
        at = end + 1;
        this.#inNoise = false;
      }
      if (this.#missing < 0) {
        const take = Math.min(HEADER_BYTES - this.#have, bytes.length - at);
        this.#header.set(bytes.subarray(at, at + take), this.#have);
        this.#have += take;
        at += take;
        if (this.#have < HEADER_BYTES) return;
        if (NOISE.every((byte, index) => this.#header[index] === byte)) {
          this.#have = 0;
          this.#inNoise = true;
          continue;
        }
        this.#missing = this.#checkHeader();
      }
      const take = Math.min(this.#missing, bytes.length - at);
      if (take > 0) this.#pieces.push(bytes.slice(at, at + take));
      this.#missing -= take;
      at += take;
      if (this.#missing > 0) return;
      const payload = joined(this.#pieces);
      this.#pieces = [];
      this.#have = 0;
      this.#missing = -1;
      yield { type: this.#header[4]!, payload };
    }
  }

  /** Length of the payload that the header announces. */
  #checkHeader(): number {
    const length = new DataView(this.#header.buffer).getUint32(0);
    const type = this.#header[4]!;
    if (length === 0) throw new FrameError("frame_empty", "got a frame of length 0");
    if (length > MAX_FRAME_BYTES) {
      throw new FrameError("frame_too_large", `got a frame that announces ${length} bytes`);
    }
    if (!KNOWN.has(type)) throw new FrameError("frame_type", `got a frame of unknown type ${type}`);
    return length - 1;
  }
}

function joined(pieces: Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
