import { Slab } from "../../internal/mod.ts";
import type { IoBytes } from "../../metrics/mod.ts";
import type { DatagramBackend, Received } from "./backend.ts";

const NOTHING = new Uint8Array(0);
const kept = new Slab();

/** What a socket lends its reader. */
interface ReaderParts<A extends Deno.Addr> {
  readonly backend: DatagramBackend<A>;
  /** Whether a source is the one peer; undefined where all are welcome. */
  readonly isPeer: ((from: A) => boolean) | undefined;
  readonly io: IoBytes;
  /** Throws what a failed receive means. */
  readonly onError: (cause: unknown) => never;
}

/**
 * Receives datagrams, one at a time, drops those of strangers, and counts.
 *
 * All are received into one buffer, a byte longer than the caller asked for: that byte tells a
 * datagram that was cut from one that just fits. Reads that overlap wait for one another. Reading
 * into the caller's buffer is the hot path: one `then`, with a handler made once.
 */
export class DatagramReader<A extends Deno.Addr> {
  /** Datagrams handed over. */
  received = 0;
  /** Those of them that were empty. */
  empty = 0;
  /** Those of them that lost their end. */
  cut = 0;
  /** Datagrams that were dropped because the peer didn't send them. */
  stray = 0;
  /** Bytes handed over. */
  bytes = 0;
  readonly #parts: ReaderParts<A>;
  #buffer: Uint8Array = NOTHING;
  #limit = 0;
  #target: Uint8Array = NOTHING;
  /** Reads begun or waiting, and the last of them. */
  #reads = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ReaderParts<A>) {
    this.#parts = parts;
  }

  /** Into the caller's buffer; resolves with the count. */
  into(target: Uint8Array): Promise<number> {
    return this.#next(target.length, target, this.#fill);
  }

  /** In a buffer of its own. */
  copy(limit: number): Promise<Uint8Array> {
    return this.#next(limit, NOTHING, this.#slice);
  }

  /** As `copy`, with its source. */
  sourced(limit: number): Promise<Received<A>> {
    return this.#next(limit, NOTHING, this.#withSource);
  }

  /** A view of memory shared with other datagrams: for those that are looked at and let go. */
  kept(limit: number): Promise<Uint8Array> {
    return this.#next(limit, NOTHING, this.#keep);
  }

  #next<T>(limit: number, target: Uint8Array, take: Take<A, T>): Promise<T> {
    const reading = this.#reads++ === 0
      ? this.#begin(limit, target, take)
      : this.#after(this.#last, limit, target, take);
    this.#last = reading;
    return reading;
  }

  #after<T>(
    last: Promise<unknown>,
    limit: number,
    target: Uint8Array,
    take: Take<A, T>,
  ): Promise<T> {
    const begin = () => this.#begin(limit, target, take);
    return last.then(begin, begin);
  }

  #begin<T>(limit: number, target: Uint8Array, take: Take<A, T>): Promise<T> {
    if (this.#buffer.length <= limit) this.#buffer = new Uint8Array(limit + 1);
    this.#limit = limit;
    this.#target = target;
    return this.#parts.backend.receive(this.#buffer).then(take, this.#onError);
  }

  readonly #onError = (cause: unknown): never => {
    this.#reads--;
    return this.#parts.onError(cause);
  };

  readonly #fill: Take<A, number> = (received) => {
    if (this.#isStray(received)) return this.#skip(this.#fill);
    const data = this.#accept(received);
    this.#target.set(data);
    return data.length;
  };

  readonly #slice: Take<A, Uint8Array> = (received) =>
    this.#isStray(received) ? this.#skip(this.#slice) : this.#accept(received).slice();

  readonly #withSource: Take<A, Received<A>> = (received) =>
    this.#isStray(received)
      ? this.#skip(this.#withSource)
      : [this.#accept(received).slice(), received[1]];

  readonly #keep: Take<A, Uint8Array> = (received) => {
    if (this.#isStray(received)) return this.#skip(this.#keep);
    const data = this.#accept(received);
    return kept.keep(data, 0, data.length);
  };

  #isStray(received: Received<A>): boolean {
    const { isPeer } = this.#parts;
    return isPeer !== undefined && !isPeer(received[1]);
  }

  /** Receives on until the peer's next: a loop, so that a flood of strangers piles nothing up. */
  async #skip<T>(take: Take<A, T>): Promise<T> {
    for (;;) {
      this.stray++;
      const received = await this.#parts.backend.receive(this.#buffer).catch(this.#onError);
      if (!this.#isStray(received)) return take(received);
    }
  }

  /** Counts a datagram, and ends its read. */
  #accept([data]: Received<A>): Uint8Array {
    this.#reads--;
    const fits = data.length <= this.#limit ? data : data.subarray(0, this.#limit);
    if (fits !== data) this.cut++;
    if (data.length === 0) this.empty++;
    this.received++;
    this.bytes += fits.length;
    this.#parts.io.received += fits.length;
    return fits;
  }
}

/** Takes a received datagram out of the buffer. */
type Take<A extends Deno.Addr, T> = (received: Received<A>) => T | Promise<T>;
