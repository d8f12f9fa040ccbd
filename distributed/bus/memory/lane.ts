import type { Time } from "../time.ts";

/** Delivers after a delay, but behind what was sent before, as one direction of a TCP connection does. */
export type Lane = (delayMs: number, deliver: () => void) => void;

/** A lane with nothing on its way. */
export function lane(time: Time): Lane {
  let before = Promise.resolve();
  let lastAt = -Infinity;
  return (delayMs, deliver) => {
    const at = lastAt = Math.max(lastAt, time.now() + delayMs);
    before = before.then(async () => {
      const wait = at - time.now();
      if (wait > 0) await time.sleep(wait);
      deliver();
    });
  };
}
