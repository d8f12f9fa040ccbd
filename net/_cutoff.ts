/** A signal that follows another one and a timer; cheaper than `AbortSignal.any`, and clearable. */
export class Cutoff {
  /** Whether the timer was the one to abort. */
  timedOut = false;
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #follow = () => this.#controller.abort(this.#parent?.reason);

  /** Aborts with `parent`, and `ms` milliseconds from now. */
  constructor(parent: AbortSignal | undefined, ms: number) {
    this.#parent = parent;
    if (parent?.aborted) this.#follow();
    else parent?.addEventListener("abort", this.#follow);
    this.#timer = setTimeout(() => {
      this.timedOut = !this.signal.aborted;
      this.#controller.abort();
    }, ms);
  }

  /** The signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts from here. */
  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  /** Ends timer and following. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener("abort", this.#follow);
  }
}
