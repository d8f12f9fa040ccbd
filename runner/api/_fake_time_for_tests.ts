/** Takes the place of `setTimeout` until disposed: waits are noted and end when the test says so. */
export class FakeTime implements Disposable {
  /** Milliseconds of each wait so far. */
  readonly waits: number[] = [];
  readonly #pending: (() => void)[] = [];
  readonly #real = globalThis.setTimeout;

  constructor() {
    const fake = (callback: () => void, ms = 0): number => {
      this.#pending.push(callback);
      return this.waits.push(ms);
    };
    globalThis.setTimeout = Object.assign(fake, this.#real);
  }

  /** Ends all waits. */
  fire(): void {
    for (const callback of this.#pending.splice(0)) callback();
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#real;
  }
}
