import { Slab } from "../../internal/mod.ts";

const READ_BYTES = 16 * 1024;
const NOTHING = new Uint8Array(0);
const kept = new Slab();

/** What a pump moves bytes between. */
export interface PumpEnds {
  /** As of `Socket`. */
  readInto(buffer: Uint8Array): Promise<number | null>;
  /** Whether somebody listens. */
  wanted(): boolean;
  /** Hands a chunk over; false when nothing may follow it. */
  push(chunk: Uint8Array): boolean;
  /** The peer has ended. */
  ended(): Promise<void>;
}

/** Reads for `data` listeners as long as there are any. */
export class Pump {
  readonly #ends: PumpEnds;
  #running = false;
  #held: Uint8Array | undefined;

  constructor(ends: PumpEnds) {
    this.#ends = ends;
  }

  /** Begins, or goes on. Failures go to the socket's listeners and to `done()`. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#run().catch(() => {}).finally(() => this.#running = false);
  }

  async #run(): Promise<void> {
    let buffer = NOTHING;
    for (;;) {
      let chunk = this.#held;
      if (chunk === undefined) {
        if (buffer.length === 0) buffer = new Uint8Array(READ_BYTES);
        const count = await this.#ends.readInto(buffer);
        if (count === null) break;
        if (count > READ_BYTES / 4) [chunk, buffer] = [buffer.subarray(0, count), NOTHING];
        else chunk = kept.keep(buffer, 0, count);
      } else await null; // Never call a listener within on().
      // What came for a listener that has left waits for the next one.
      this.#held = this.#ends.wanted() ? undefined : chunk;
      if (this.#held !== undefined || !this.#ends.push(chunk)) return;
    }
    await this.#ends.ended();
  }
}
