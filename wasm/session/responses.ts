const NOTHING = new Uint8Array(0);
const FIRST_BYTES = 256;

/** Bytes of responses that may wait for one session's write; reading pauses beyond them. */
export const MAX_WAITING_BYTES = 65_536;

/** Responses of one session that wait for their turn to be written, in the order they came. */
export interface Responses {
  /** Whether there are any. */
  readonly waiting: boolean;
  /** Whether reading has to pause until some are written. */
  readonly full: boolean;
  /** Responses that `take` took last. */
  readonly taken: number;
  /** Copies a response: the first `size` of `bytes`. */
  add(bytes: Uint8Array, size: number): void;
  /** What to write next; valid until the next `take`. */
  take(): Uint8Array;
}

/** Responses of a stream: those that wait while one write is under way go out in one write. */
export class StreamResponses implements Responses {
  /** See `Responses`. */
  taken = 0;
  #waiting = NOTHING;
  #used = 0;
  #count = 0;
  /** What was taken last, to be filled again. */
  #spare = NOTHING;

  /** See `Responses`. */
  get waiting(): boolean {
    return this.#count > 0;
  }

  /** See `Responses`. */
  get full(): boolean {
    return this.#used >= MAX_WAITING_BYTES;
  }

  /** See `Responses`. */
  add(bytes: Uint8Array, size: number): void {
    const used = this.#used + size;
    if (used > this.#waiting.length) this.#grow(used);
    this.#waiting.set(size === bytes.length ? bytes : bytes.subarray(0, size), this.#used);
    this.#used = used;
    this.#count++;
  }

  /** See `Responses`. */
  take(): Uint8Array {
    const taken = this.#waiting.subarray(0, this.#used);
    // A long one is not kept for what is mostly short.
    const spare = this.#spare.length > MAX_WAITING_BYTES ? NOTHING : this.#spare;
    this.#spare = this.#waiting;
    this.#waiting = spare;
    this.taken = this.#count;
    this.#used = this.#count = 0;
    return taken;
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, 2 * this.#waiting.length, FIRST_BYTES));
    grown.set(this.#waiting.subarray(0, this.#used));
    this.#waiting = grown;
  }
}

/** Responses over UDP: each is a datagram of its own. */
export class DatagramResponses implements Responses {
  /** See `Responses`. */
  readonly taken = 1;
  #queue: Uint8Array[] = [];
  #bytes = 0;

  /** See `Responses`. */
  get waiting(): boolean {
    return this.#queue.length > 0;
  }

  /** See `Responses`. */
  get full(): boolean {
    return this.#bytes >= MAX_WAITING_BYTES;
  }

  /** See `Responses`. */
  add(bytes: Uint8Array, size: number): void {
    this.#queue.push(bytes.slice(0, size));
    this.#bytes += size;
  }

  /** See `Responses`. */
  take(): Uint8Array {
    const next = this.#queue.shift() ?? NOTHING;
    this.#bytes -= next.length;
    return next;
  }
}
