import type { ResultLine } from "../result.ts";

/** Results of one `POST /push/<job>`, as they are sent. */
export interface Batch {
  /** Number among its pusher's, from 0: with the pusher's id it names the batch for ever. */
  readonly sequence: number;
  /** Results in it. */
  readonly count: number;
  /** A JSON array. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Results in a batch: go-lo's number. */
const BATCH_RESULTS = 256;
/** A batch is also whole from this size on, so that 256 long results are no 16 MiB. */
const BATCH_BYTES = 1024 * 1024;

const [OPEN, COMMA, CLOSE] = [..."[,]"].map((char) => char.charCodeAt(0)) as [
  number,
  number,
  number,
];
const encoder = new TextEncoder();

/** Gathers results into batches. */
export class Batcher {
  #buffer = new Uint8Array(64 * 1024);
  #length = 0;
  #count = 0;
  #sequence: number;

  /** @param sequence of the first batch */
  constructor(sequence = 0) {
    this.#sequence = sequence;
  }

  /** Results that wait for their batch to be whole. */
  get waiting(): number {
    return this.#count;
  }

  /**
   * Adds one result; gives the batch that it made whole, else null.
   *
   * @param result bytes are its JSON, on one line
   */
  add(result: ResultLine | Uint8Array): Batch | null {
    this.#byte(this.#count === 0 ? OPEN : COMMA);
    if (result instanceof Uint8Array) this.#bytes(result);
    else this.#text(JSON.stringify(result));
    this.#count++;
    return this.#count >= BATCH_RESULTS || this.#length >= BATCH_BYTES ? this.take() : null;
  }

  /** The batch so far; null when there is nothing in it. */
  take(): Batch | null {
    if (this.#count === 0) return null;
    this.#byte(CLOSE);
    const batch = {
      sequence: this.#sequence++,
      count: this.#count,
      bytes: this.#buffer.slice(0, this.#length),
    };
    this.#length = this.#count = 0;
    return batch;
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = byte;
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #text(text: string): void {
    // UTF-8 has up to 3 bytes for each UTF-16 unit.
    this.#reserve(text.length * 3);
    this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + more));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
