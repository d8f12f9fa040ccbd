/** What a sleep and a wait of one instance end with when its call is given up. */
export class Lifetime {
  readonly #ends = new Set<(reason: Error) => void>();
  #ended: Error | null = null;

  /** A promise that `start` resolves; rejects when the instance is given up. */
  wait(start: (done: () => void) => () => void): Promise<void> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const end = (reason: Error) => {
        stop();
        reject(reason);
      };
      const stop = start(() => {
        this.#ends.delete(end);
        resolve();
      });
      this.#ends.add(end);
    });
  }

  /** Gives it up: all that it waits for throws into it. */
  end(reason: Error): void {
    this.#ended = reason;
    for (const end of this.#ends) end(reason);
    this.#ends.clear();
  }
}
