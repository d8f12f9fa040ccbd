const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const RLE = 1;
const RESERVED = 3;

type Step = "magic" | "skip size" | "descriptor" | "size" | "block" | "end";

/**
 * Follows the frames of zstd data without decoding them (RFC 8878, section 3.1): a decoder gives
 * all that it has, but doesn't say whether the last frame was whole, and may drop a frame that
 * begins in the same piece of input as another ends.
 */
export class ZstdFrames {
  /** Whether the bytes so far end where a frame does. */
  whole = true;
  /** Bytes that the frames so far say they hold; undefined when one of them doesn't. */
  declared: number | undefined = 0;

  #step: Step = "magic";
  /** Bytes that go by before the next field. */
  #pass = 0;
  /** Bytes of the field being read that are still to come. */
  #missing = 4;
  /** The field as far as it came, little endian. */
  #field = 0;
  #read = 0;
  #checksum = false;
  #sizeBytes = 0;

  /**
   * Follows the bytes from `at`.
   *
   * @returns where the frame ends, or the end of the bytes
   * @throws {Error} for bytes that are not zstd frames
   */
  next(bytes: Uint8Array, at: number): number {
    while (at < bytes.length) {
      this.whole = false;
      if (this.#pass > 0) {
        const run = Math.min(this.#pass, bytes.length - at);
        this.#pass -= run;
        at += run;
      } else {
        this.#field += bytes[at++]! * 2 ** (8 * this.#read++);
        this.#missing--;
      }
      // A field of no bytes follows at once, as the end does behind the last block.
      while (this.#pass === 0 && this.#missing === 0) {
        this.#take(this.#field);
        this.#field = this.#read = 0;
      }
      if (this.whole) return at;
    }
    return at;
  }

  #take(field: number): void {
    switch (this.#step) {
      case "magic":
        if (field === FRAME) return this.#expect("descriptor", 1);
        if ((field & ~0xf) === SKIPPABLE) return this.#expect("skip size", 4);
        throw new Error(`no frame begins with 0x${field.toString(16).padStart(8, "0")}`);
      case "skip size":
        return this.#passBy(field, "end", 0);
      case "descriptor":
        return this.#descriptor(field);
      case "size":
        return this.#size(field);
      case "block":
        return this.#block(field);
      case "end":
        this.whole = true;
        return this.#expect("magic", 4);
    }
  }

  #descriptor(field: number): void {
    const single = (field & 0x20) !== 0;
    const sizeFlag = field >> 6;
    const size = single && sizeFlag === 0 ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!;
    this.#checksum = (field & 0x04) !== 0;
    const before = (single ? 0 : 1) + DICTIONARY_ID_BYTES[field & 3]!;
    this.#sizeBytes = size;
    if (size > 0) return this.#passBy(before, "size", size);
    this.declared = undefined;
    this.#passBy(before, "block", 3);
  }

  #size(field: number): void {
    // Sizes of two bytes begin at 256 (RFC 8878, section 3.1.1.1.4).
    if (this.declared !== undefined) this.declared += field + (this.#sizeBytes === 2 ? 256 : 0);
    this.#expect("block", 3);
  }

  #block(field: number): void {
    const last = (field & 1) !== 0;
    const type = (field >> 1) & 3;
    if (type === RESERVED) throw new Error("block of a reserved type");
    const size = type === RLE ? 1 : field >> 3;
    if (last) this.#passBy(size + (this.#checksum ? 4 : 0), "end", 0);
    else this.#passBy(size, "block", 3);
  }

  #passBy(pass: number, step: Step, bytes: number): void {
    this.#pass = pass;
    this.#expect(step, bytes);
  }

  #expect(step: Step, bytes: number): void {
    this.#step = step;
    this.#missing = bytes;
  }
}
