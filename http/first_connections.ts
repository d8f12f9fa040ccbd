import type { Connected, Connecting } from "./connect.ts";
import type { Target } from "./target.ts";

/** Whether a new connection may turn out to be one of HTTP/2. */
export function mayBeShared(
  { secure }: Target,
  { versions, single = false }: Pick<Connecting, "versions" | "single">,
): boolean {
  return !single && versions.includes(2) && (secure || versions.length === 1);
}

/**
 * Connections of a pool that may turn out to be HTTP/2 ones, which are shared: while the first to an
 * origin is made, others wait for it. An origin that took HTTP/1.1 isn't waited for again.
 */
export class FirstConnections {
  readonly #making = new Map<string, Promise<void>>();
  /** Origins that took HTTP/1.1 last. */
  readonly #without2 = new Set<string>();

  /** Resolves when the one that is made is there, or has failed; undefined without one. */
  pending(origin: string): Promise<void> | undefined {
    return this.#making.get(origin);
  }

  /** One is made now: returns what ends that; undefined when nobody needs to wait for it. */
  begin(origin: string): (() => void) | undefined {
    if (this.#without2.has(origin)) return undefined;
    const made = Promise.withResolvers<void>();
    this.#making.set(origin, made.promise);
    return () => {
      this.#making.delete(origin);
      made.resolve();
    };
  }

  /** What an origin has agreed on. */
  agreed(origin: string, version: Connected["version"]): void {
    if (version === 2) this.#without2.delete(origin);
    else if (this.#making.has(origin)) this.#without2.add(origin);
  }
}
