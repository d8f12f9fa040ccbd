import { PacketError } from "../errors.ts";

const NOTHING = new Uint8Array(0);

/** Bytes that a buffer has when nothing is known of the traffic. */
const FIRST_BYTES = 1024;

/** How packets lie in a stream. */
export interface Framing {
  /** Bytes of a header, at least 1. */
  readonly headerSize: number;
  readonly bodyMax: number;
  /** Most bytes that a buffer grows to for reading ahead; a packet may need more. */
  readonly readBytes: number;
  /** Bytes of the body, by the header from `start` to before `end`. */
  bodySize(bytes: Uint8Array, start: number, end: number): number;
}

/**
 * What came over one stream and is no whole packet yet. Reads go to `room`; the buffer grows with
 * what really comes, never with what a header announces, and shrinks back when a long packet is done.
 */
export class Incoming {
  /** Where the packet that `next` found lies in `buffer`, until `room`. */
  from = 0;
  to = 0;
  readonly #framing: Framing;
  #bytes: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;
  /** Bytes of the packet at `#start`, header included; 0 while its header isn't known. */
  #size = 0;
  #first: number;

  constructor(framing: Framing) {
    this.#framing = framing;
    this.#first = Math.min(FIRST_BYTES, framing.readBytes);
  }

  /** Whether a packet has begun and isn't whole. */
  get midPacket(): boolean {
    return this.#end > this.#start;
  }

  /** The memory that packets lie in. */
  get buffer(): Uint8Array {
    return this.#bytes;
  }

  /** Where the next bytes go; at least one. */
  room(): Uint8Array {
    const used = this.#end - this.#start;
    if (used === 0) {
      this.#start = this.#end = 0;
      if (this.#bytes.length === 0 || this.#bytes.length > this.#framing.readBytes) {
        this.#bytes = new Uint8Array(this.#first);
      }
      return this.#bytes;
    }
    const needed = this.#size === 0 ? this.#framing.headerSize : this.#size;
    if (this.#start + needed > this.#bytes.length || this.#end === this.#bytes.length) {
      if (needed > this.#bytes.length && used === this.#bytes.length) {
        this.#resize(Math.min(needed, Math.max(2 * used, FIRST_BYTES)));
      } else if (this.#start > 0) {
        this.#bytes.copyWithin(0, this.#start, this.#end);
        this.#start = 0;
        this.#end = used;
      }
    }
    return this.#bytes.subarray(this.#end);
  }

  /** So many bytes came into `room`. */
  filled(count: number): void {
    this.#end += count;
    // What fills its buffer comes faster than it is read.
    const { readBytes } = this.#framing;
    if (this.#start > 0 || this.#end < this.#bytes.length || this.#end >= readBytes) return;
    this.#first = Math.min(2 * this.#end, readBytes);
    this.#resize(this.#first);
  }

  /**
   * Whether there is another whole packet, header and body: then it is in `buffer` from `from` to
   * before `to`.
   *
   * @throws {PacketError} `body_too_large`, and what reading the header throws; nothing may follow
   */
  next(): boolean {
    const { headerSize } = this.#framing;
    const used = this.#end - this.#start;
    if (used < headerSize) return false;
    if (this.#size === 0) this.#size = headerSize + this.#bodySize();
    if (used < this.#size) return false;
    this.from = this.#start;
    this.to = this.#start += this.#size;
    this.#size = 0;
    return true;
  }

  #bodySize(): number {
    const { headerSize, bodyMax } = this.#framing;
    const size = this.#framing.bodySize(this.#bytes, this.#start, this.#start + headerSize);
    if (size <= bodyMax) return size;
    throw new PacketError("body_too_large", `a body of ${size} bytes is over BODYMAX, ${bodyMax}`, {
      phase: "read",
    });
  }

  #resize(bytes: number): void {
    const buffer = new Uint8Array(bytes);
    buffer.set(this.#bytes.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#bytes = buffer;
  }
}
