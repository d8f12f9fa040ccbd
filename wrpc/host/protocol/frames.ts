import { HostError } from "../errors.ts";

/** The largest payload that either end accepts: more than a value may have, see `DEFAULT_LIMITS`. */
export const MAX_PAYLOAD_BYTES = 65 * 1024 * 1024;

/** What a frame carries. */
export const FrameType = {
  /** To the process: a `Plan` as JSON. */
  start: 1,
  /** From it: it has an instance. JSON. */
  ready: 2,
  /** To it: the index of a function (u16) and its parameters; of a request, its head. */
  call: 3,
  /** From it: the encoded result of a call. */
  result: 4,
  /** From it: a `Failure` as JSON. */
  failure: 5,
  /** To it: the call is given up; it answers with a failure. */
  cancel: 6,
  /** From it: a line that the component printed. */
  log: 7,
  /** From it: head of a response, or an error-code. */
  head: 8,
  /** Bytes of a body. */
  body: 9,
  /** The body is complete; trailers. */
  end: 10,
  /** So many bytes (u32) of the other's body were read. */
  credit: 11,
} as const;

/** Bytes of a body that may be under way. */
export const BODY_WINDOW = 256 * 1024;

const KNOWN = new Set<number>(Object.values(FrameType));
const HEADER_BYTES = 9;

/** One frame. */
export interface Frame {
  readonly type: number;
  /** The call that it belongs to; 0 for none. */
  readonly id: number;
  readonly payload: Uint8Array;
}

/** A frame's bytes: u32 length of the payload (big-endian), u8 type, u32 call, payload. */
export function encodeFrame(
  type: number,
  id: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new HostError("protocol", "call", `can't send a frame of ${payload.length} bytes`);
  }
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length);
  bytes[4] = type;
  view.setUint32(5, id);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/**
 * Takes bytes as they come, split anywhere, and hands out whole frames. A payload is kept in
 * pieces until it is complete, so a length that is announced but never sent reserves nothing.
 */
export class FrameDecoder {
  readonly #header = new Uint8Array(HEADER_BYTES);
  #have = 0;
  #missing = 0;
  #pieces: Uint8Array[] = [];

  /**
   * Frames completed by `bytes`, in order; their payloads are copies.
   *
   * @throws {HostError} `protocol`
   */
  *push(bytes: Uint8Array): Generator<Frame> {
    for (let at = 0; at < bytes.length || this.#complete;) {
      if (this.#have < HEADER_BYTES) {
        const take = Math.min(HEADER_BYTES - this.#have, bytes.length - at);
        this.#header.set(bytes.subarray(at, at + take), this.#have);
        this.#have += take;
        at += take;
        if (this.#have < HEADER_BYTES) return;
        this.#missing = this.#announced();
      }
      const take = Math.min(this.#missing, bytes.length - at);
      if (take > 0) this.#pieces.push(bytes.slice(at, at + take));
      this.#missing -= take;
      at += take;
      if (!this.#complete) return;
      yield this.#take();
    }
  }

  get #complete(): boolean {
    return this.#have === HEADER_BYTES && this.#missing === 0;
  }

  #take(): Frame {
    const payload = this.#pieces.length === 1 ? this.#pieces[0]! : joined(this.#pieces);
    const id = new DataView(this.#header.buffer).getUint32(5);
    this.#pieces = [];
    this.#have = 0;
    return { type: this.#header[4]!, id, payload };
  }

  #announced(): number {
    const length = new DataView(this.#header.buffer).getUint32(0);
    const type = this.#header[4]!;
    if (length > MAX_PAYLOAD_BYTES) {
      throw new HostError("protocol", "call", `got a frame that announces ${length} bytes`);
    }
    if (!KNOWN.has(type)) {
      throw new HostError("protocol", "call", `got a frame of unknown type ${type}`);
    }
    return length;
  }
}

/** One array of several. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
