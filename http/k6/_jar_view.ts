import { CookieJar } from "../cookies/mod.ts";

/** A jar for a client that is another one at each look: that of the iteration. */
export class JarView extends CookieJar {
  readonly #current: () => CookieJar;

  constructor(current: () => CookieJar) {
    super();
    this.#current = current;
  }

  override get empty(): boolean {
    return this.#current().empty;
  }

  override header(url: string): string | null {
    return this.#current().header(url);
  }

  override store(url: string, setCookie: readonly string[]): void | Promise<void> {
    return this.#current().store(url, setCookie);
  }
}
