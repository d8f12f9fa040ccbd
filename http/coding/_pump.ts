import type { Engine } from "./_zlib.ts";

/** Bytes go into an engine in pieces of this size, so that no step of it takes long. */
const PIECE = 64 * 1024;

/** The event loop gets its turn after this long, in milliseconds: engines work on its thread. */
const TURN_MS = 1;

/** Runs bytes through an engine of `node:zlib`, no faster than they are taken. */
export class Pump {
  readonly #engine: Engine;
  #error: Error | null = null;
  #ended = false;
  #wake: (() => void) | null = null;
  #turn = performance.now();

  /** The engine is the pump's own from here on; `close` frees it. */
  constructor(engine: Engine) {
    this.#engine = engine;
    engine.on("readable", this.#woken);
    engine.on("end", () => {
      this.#ended = true;
      this.#woken();
    });
    engine.on("error", (error) => {
      this.#error ??= error;
      this.#woken();
    });
  }

  /** Bytes of input that the engine took. */
  get taken(): number {
    return this.#engine.bytesWritten;
  }

  /** Puts bytes in; gives what comes out. Stops early when the engine wants no more. */
  async *put(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length && !this.#ended; at += PIECE) {
      let written = false;
      this.#engine.write(bytes.subarray(at, at + PIECE), (error) => {
        written = true;
        if (error) this.#error ??= error;
        this.#woken();
      });
      yield* this.#drain(() => written);
    }
  }

  /** Ends the input; gives what is left. */
  async *end(): AsyncGenerator<Uint8Array> {
    this.#engine.end();
    yield* this.#drain(() => false);
  }

  /** Frees the engine's memory. */
  close(): void {
    this.#engine.destroy();
  }

  async *#drain(done: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      for (let out = this.#engine.read(); out !== null; out = this.#engine.read()) {
        yield new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
        await this.#yieldTurn();
      }
      if (this.#error !== null) throw this.#error;
      if (done() || this.#ended) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
      await this.#yieldTurn();
    }
  }

  readonly #woken = (): void => {
    this.#wake?.();
    this.#wake = null;
  };

  async #yieldTurn(): Promise<void> {
    if (performance.now() - this.#turn < TURN_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#turn = performance.now();
  }
}
