/** Says to all who wait that something changed. */
export class Signal {
  #next = Promise.withResolvers<void>();

  /** Wakes all who wait now. */
  tell(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resolves at the next `tell`. */
  next(): Promise<void> {
    return this.#next.promise;
  }

  /** Resolves at the next `tell`, or when `signal` aborts. */
  async nextUntil(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const told = this.#next;
    const end = () => told.resolve();
    signal.addEventListener("abort", end, { once: true });
    await told.promise;
    signal.removeEventListener("abort", end);
  }
}
