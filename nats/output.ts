/** Sizes of the buffers that output is gathered in: a connection that says little holds little. */
const SIZES: readonly number[] = [4 * 1024, 32 * 1024, 256 * 1024];
/** Buffers of each size kept for the next that needs one, of all connections of the process. */
const MAX_SPARE = 16;
const NOTHING = new Uint8Array(0);
const spare: readonly Uint8Array[][] = SIZES.map(() => []);
const encoder = new TextEncoder();

/**
 * What waits to be written to one connection, in order: everything that is sent is appended here,
 * frame by frame, and taken out in large pieces.
 *
 * Callers make `room` for a whole frame, write it to `buffer` from `used` on, and move `used`.
 */
export class Output {
  /** Where the next frame goes. */
  buffer: Uint8Array = NOTHING;
  /** How much of `buffer` is taken. */
  used = 0;
  /** Messages in `buffer`: whoever appends one counts it. */
  frames = 0;
  #full: { readonly bytes: Uint8Array; readonly frames: number }[] = [];
  #fullBytes = 0;
  /** Which size the next buffer has: one that what was said in one go last time would fit in. */
  #size = 0;
  /** Bytes taken since nothing waited. */
  #taken = 0;

  /** Bytes that wait. */
  get pending(): number {
    return this.#fullBytes + this.used;
  }

  /** Makes sure that `buffer` has `length` more bytes from `used` on. */
  room(length: number): void {
    if (this.buffer.length - this.used >= length) return;
    if (this.used > 0) {
      this.#full.push({ bytes: this.buffer.subarray(0, this.used), frames: this.frames });
      this.frames = 0;
      this.#fullBytes += this.used;
      this.#size = Math.min(this.#size + 1, SIZES.length - 1);
    }
    this.buffer = newBuffer(Math.max(SIZES[this.#size]!, length));
    this.used = 0;
  }

  /** Appends a copy of `bytes`. */
  append(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** Appends text, as UTF-8. */
  appendText(text: string): void {
    this.room(text.length * 3);
    this.used += encoder.encodeInto(text, this.buffer.subarray(this.used)).written;
  }

  /** The oldest piece that waits, which is the caller's from here on; null when there is none. */
  take(): Uint8Array | null {
    const first = this.#full.shift();
    if (first !== undefined) {
      this.#fullBytes -= first.bytes.length;
      this.#taken += first.bytes.length;
      return first.bytes;
    }
    if (this.used === 0) {
      this.frames = 0;
      this.buffer = NOTHING;
      return null;
    }
    const piece = this.buffer.subarray(0, this.used);
    this.#size = sizeFor(this.#taken + this.used);
    this.#taken = 0;
    this.buffer = NOTHING;
    this.used = 0;
    this.frames = 0;
    return piece;
  }

  /** Forgets all that waits. @returns how many messages were in it */
  clear(): number {
    let frames = this.frames;
    for (const piece of this.#full) frames += piece.frames;
    for (let piece = this.take(); piece !== null; piece = this.take()) recycle(piece);
    return frames;
  }
}

/** Gives back a piece that was taken, once it is written. */
export function recycle(piece: Uint8Array): void {
  const { buffer } = piece;
  const kept = spare[SIZES.indexOf(buffer.byteLength)];
  if (kept === undefined || kept.length >= MAX_SPARE || !(buffer instanceof ArrayBuffer)) return;
  kept.push(new Uint8Array(buffer));
}

function sizeFor(length: number): number {
  let size = 0;
  while (size < SIZES.length - 1 && length > SIZES[size]!) size++;
  return size;
}

function newBuffer(length: number): Uint8Array {
  return spare[SIZES.indexOf(length)]?.pop() ?? new Uint8Array(length);
}
