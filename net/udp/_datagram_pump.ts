/** What a pump moves datagrams between. */
interface PumpEnds {
  /** The next datagram. */
  read(): Promise<Uint8Array>;
  /** Whether the socket is open. */
  alive(): boolean;
  /** Whether somebody listens. */
  wanted(): boolean;
  /** Hands a datagram over. */
  push(data: Uint8Array): void;
}

/**
 * Reads for `data` listeners as long as there are any: the next datagram is asked for when the last
 * has been handed over, so what comes faster waits, and is lost, in the system's buffer.
 */
export class DatagramPump {
  readonly #ends: PumpEnds;
  #running = false;
  #held: Uint8Array | undefined;

  constructor(ends: PumpEnds) {
    this.#ends = ends;
  }

  /** Begins, or goes on. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      await null; // Never call a listener within on().
      while (this.#ends.alive() && this.#ends.wanted()) await this.#step();
    } finally {
      this.#running = false;
    }
  }

  async #step(): Promise<void> {
    try {
      this.#held ??= await this.#ends.read();
    } catch {
      return; // It has gone to the listeners of `error`, unless the socket lives on.
    }
    // What came for a listener that has left waits for the next one.
    if (!this.#ends.wanted()) return;
    const data = this.#held;
    this.#held = undefined;
    this.#ends.push(data);
  }
}
