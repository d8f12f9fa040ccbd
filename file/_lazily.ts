import { type Closeable, currentContext } from "../metrics/mod.ts";

/** What holds a file open. */
export interface OpenStream extends Closeable {
  /** After `close`: when it holds nothing any more. */
  readonly closed: Promise<void>;
}

/** Where open things are listed, by who may close them. */
export interface OpenList {
  /** Lists one. */
  add(stream: OpenStream): unknown;
  /** Takes one off. */
  delete(stream: OpenStream): unknown;
}

/**
 * Something that its first use opens and that is closed once, whoever is first: the stream that
 * has it, its file handle, or the runner at the end of the iteration.
 */
export class Lazily<T extends Closeable> implements OpenStream {
  readonly #open: () => Promise<T>;
  readonly #cut: () => void;
  readonly #lists: OpenList[];
  #opening: Promise<T> | null = null;
  #ended = false;
  #closed: Promise<void> = Promise.resolve();

  /**
   * @param siblings whose owner closes it with the others
   * @param cut called when somebody else than its stream closes it
   */
  constructor(open: () => Promise<T>, siblings: OpenList, cut: () => void) {
    this.#open = open;
    this.#cut = cut;
    const { owned } = currentContext();
    this.#lists = owned === null ? [siblings] : [siblings, owned];
  }

  /** Whether it is closed, or about to be. */
  get ended(): boolean {
    return this.#ended;
  }

  /** When what it had open is closed. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** It, open. */
  get(): Promise<T> {
    if (this.#opening === null) {
      for (const list of this.#lists) list.add(this);
      this.#opening = this.#open();
    }
    return this.#opening;
  }

  /** Closes it because its stream is over; resolves when it is closed. */
  end(): Promise<void> {
    if (this.#ended) return this.#closed;
    this.#ended = true;
    for (const list of this.#lists) list.delete(this);
    if (this.#opening !== null) {
      // What could not be opened is told to whoever asked for it.
      this.#closed = this.#opening.then((opened) => opened.close(), () => {});
    }
    return this.#closed;
  }

  /** Closes it under its stream, which fails from now on. */
  close(): void {
    if (this.#ended) return;
    this.end();
    this.#cut();
  }
}
