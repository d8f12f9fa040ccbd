import { Slab } from "../../internal/mod.ts";
import { malformed } from "./_malformed.ts";
import type { AsyncHost } from "./async_host.ts";
import { readUnsigned } from "./leb128.ts";
import type { Limits } from "./limits.ts";

const EMPTY = new Uint8Array(0);
const slab = new Slab();
/** What `run` says of bytes that came in pieces. */
export const GATHERED = -1;

/**
 * Where decoders read: bytes that come in pieces.
 *
 * A decoder that finds too few bytes sets `short` and returns anything. Whoever called it pushes
 * what it has so far to `saved` and returns too, up to the outermost. When there is more, `push`
 * clears `short` and the outermost is called again: each takes back its own from `saved`, from the
 * outside to the inside, and goes on. So no byte is read twice, wherever the pieces are cut; only
 * numbers and chars (at most 10 bytes) begin anew.
 */
export class Source {
  /** There were too few bytes. */
  short = false;
  /** What unfinished decoders have so far, the innermost first. */
  readonly saved: unknown[] = [];
  /** The index path of the value that is being decoded; kept for types with async parts alone. */
  readonly path: number[];
  /** Opens the channels of pending futures and streams. */
  readonly host: AsyncHost;
  readonly limits: Limits;
  /** The piece that is read. */
  bytes: Uint8Array = EMPTY;
  /** Where in it. */
  at = 0;
  /** Bytes of this value that were read, those in `bytes` left out. */
  #before = 0;
  #elements = 0;
  #gathered: Uint8Array = EMPTY;

  constructor(limits: Limits, host: AsyncHost, path: readonly number[] = []) {
    this.limits = limits;
    this.host = host;
    this.path = [...path];
  }

  /** Goes on with more bytes, which the source reads from until they are used up. */
  push(chunk: Uint8Array): void {
    const { rest } = this;
    this.#checkSize(rest.length);
    this.#before += this.at;
    if (rest.length === 0) this.bytes = chunk;
    else {
      this.bytes = new Uint8Array(rest.length + chunk.length);
      this.bytes.set(rest);
      this.bytes.set(chunk, rest.length);
    }
    this.at = 0;
    this.short = false;
  }

  /** Bytes that nobody has read. */
  get rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }

  /** The next value begins: limits count anew. */
  begin(): void {
    this.#before = -this.at;
    this.#elements = 0;
  }

  /** One byte. */
  byte(): number {
    if (this.at < this.bytes.length) return this.bytes[this.at++]!;
    this.short = true;
    return 0;
  }

  /** Four bytes, IEEE 754, little-endian. */
  float32(): number {
    const at = this.take(4);
    return at < 0 ? 0 : view(this.bytes).getFloat32(at, true);
  }

  /** Eight bytes, IEEE 754, little-endian. */
  float64(): number {
    const at = this.take(8);
    return at < 0 ? 0 : view(this.bytes).getFloat64(at, true);
  }

  /** Where so many bytes begin, which are read then; -1 when short. */
  take(count: number): number {
    const at = this.at;
    if (at + count > this.bytes.length) {
      this.short = true;
      return -1;
    }
    this.at = at + count;
    return at;
  }

  /** Length and bytes, a copy of them. */
  list8(): Uint8Array {
    const { bytes } = this;
    const length = this.run();
    if (length === GATHERED) return this.#gathered;
    if (length === 0) return EMPTY;
    return slab.keep(bytes, this.at - length, this.at);
  }

  /**
   * A length and so many bytes: they are right before `at`, unless they came in pieces: then it is
   * `GATHERED`.
   */
  run(): number {
    const begun = this.saved.pop() as Gathering | undefined;
    if (begun !== undefined) return this.#gather(begun);
    const length = readUnsigned(this, 32);
    if (this.short) return 0;
    this.#checkSize(length);
    if (this.at + length > this.bytes.length) {
      return this.#gather({ buffer: EMPTY, filled: 0, length });
    }
    this.at += length;
    return length;
  }

  /** The length is only what the peer says: the buffer grows with what really comes. */
  #gather(run: Gathering): number {
    const piece = this.bytes.subarray(this.at, this.at + run.length - run.filled);
    this.at += piece.length;
    const filled = run.filled + piece.length;
    if (filled > run.buffer.length) {
      const grown = new Uint8Array(Math.min(run.length, Math.max(filled, run.filled * 2)));
      grown.set(run.buffer.subarray(0, run.filled));
      run.buffer = grown;
    }
    run.buffer.set(piece, run.filled);
    run.filled = filled;
    if (filled === run.length) {
      this.#gathered = run.buffer.subarray(0, filled);
      return GATHERED;
    }
    this.short = true;
    this.saved.push(run);
    return 0;
  }

  /** The last run that came in pieces. */
  get gathered(): Uint8Array {
    return this.#gathered;
  }

  /** So many bytes as they are; undefined when short. For flags: few. */
  fixed(count: number): Uint8Array | undefined {
    const at = this.take(count);
    return at < 0 ? undefined : this.bytes.subarray(at, at + count);
  }

  /** Bytes that are here, at most so many: of a stream, which takes what it gets. */
  available(most: number): Uint8Array {
    const bytes = this.bytes.subarray(this.at, this.at + most);
    this.at += bytes.length;
    return bytes;
  }

  /** Counts elements of a list against the limit. */
  elements(count: number): void {
    this.#elements += count;
    if (this.#elements <= this.limits.maxElements) return;
    const message = `lists of ${this.#elements} elements are more than ${this.limits.maxElements}`;
    throw malformed("too_many_elements", `${message}: raise maxElements if that is meant`);
  }

  /** So many bytes are to come yet, at least: refused at once if that is too much. */
  expectBytes(count: number): void {
    this.#checkSize(count);
  }

  /** Refuses a value that would have more bytes than the limit, with so many to come. */
  #checkSize(coming: number): void {
    const size = this.#before + this.at + coming;
    if (size <= this.limits.maxBytes) return;
    const message = `a value of ${size} bytes is more than ${this.limits.maxBytes}`;
    throw malformed("value_too_large", `${message}: raise maxBytes if that is meant`);
  }
}

/** A run of bytes that isn't complete. */
interface Gathering {
  buffer: Uint8Array;
  filled: number;
  readonly length: number;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
