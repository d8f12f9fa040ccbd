/**
 * So many things at a time, the others in the order they came.
 *
 * Connecting needs it: all connections that the system is asked for at once are made in one turn of
 * the event loop, and when ports are getting scarce each takes it milliseconds. Thousands of them
 * would stop timers and sockets for longer than a healthy process is ever silent.
 */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Whether a slot was free, and is now taken. */
  takeNow(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /** Waits for a slot; rejects with the signal's reason, and takes none, when that aborts. */
  take(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        this.#waiting.delete(onTurn);
        reject(signal.reason);
      };
      const onTurn = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(onTurn);
    });
  }

  /** Gives a slot back: to the one that waits longest, if any does. */
  give(): void {
    for (const turn of this.#waiting) {
      this.#waiting.delete(turn);
      return turn();
    }
    this.#free++;
  }
}
