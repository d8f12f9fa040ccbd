/**
 * The runtime's timers under k6's name (`k6/timers`). They fire in the virtual user that set them,
 * whose iteration does not wait for them: `await` a promise for what must be done within it.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { setTimeout } from "@downpour/downpour/timers";
 *
 * const { promise, resolve } = Promise.withResolvers<string>();
 * setTimeout(() => resolve("done"), 1);
 * assert.equal(await promise, "done");
 * ```
 *
 * @module
 */

/** Calls a function once, after a time in milliseconds. */
export const setTimeout: typeof globalThis.setTimeout = globalThis.setTimeout;
/** Takes a timeout back. */
export const clearTimeout: typeof globalThis.clearTimeout = globalThis.clearTimeout;
/** Calls a function again and again, every so many milliseconds, till it is cleared. */
export const setInterval: typeof globalThis.setInterval = globalThis.setInterval;
/** Ends an interval. */
export const clearInterval: typeof globalThis.clearInterval = globalThis.clearInterval;

/** All four, for `import timers from "k6/timers"`. */
const timers: {
  readonly setTimeout: typeof globalThis.setTimeout;
  readonly clearTimeout: typeof globalThis.clearTimeout;
  readonly setInterval: typeof globalThis.setInterval;
  readonly clearInterval: typeof globalThis.clearInterval;
} = Object.freeze({ setTimeout, clearTimeout, setInterval, clearInterval });

export default timers;
