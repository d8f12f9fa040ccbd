/** Something that holds sockets or the like. */
export interface Closeable {
  /** Lets go of it; safe to call again. A promise resolves when that is done. */
  close(): void | Promise<void>;
}

/** What was opened somewhere and must not outlive it. Costs next to nothing while it is empty. */
export class Owned {
  /** Whether what owns it has ended: nothing more should be opened there. */
  ended = false;
  #all: Set<Closeable> | undefined;

  /** How many there are. */
  get size(): number {
    return this.#all?.size ?? 0;
  }

  /** From here on it is closed with the others. */
  add(closeable: Closeable): void {
    (this.#all ??= new Set()).add(closeable);
  }

  /** It is closed, or somebody else's. */
  delete(closeable: Closeable): void {
    this.#all?.delete(closeable);
  }

  /** All of them, which are somebody else's from here on. */
  take(): Closeable[] {
    const all = this.#all;
    this.#all = undefined;
    return all === undefined ? [] : [...all];
  }
}
