import type { Lifetime } from "./lifetime.ts";
import { Pollable } from "./poll.ts";

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;
/** Longest time that one timer may run, in milliseconds: it is asked again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** `wasi:clocks`. */
export function clocks(lifetime: Lifetime) {
  const now = () => BigInt(Math.round(performance.now() * 1e6));
  const subscribeInstant = (when: bigint): Pollable => {
    const isReady = () => now() >= when;
    const wait = () =>
      lifetime.wait((done) => {
        const ms = Number((when - now() + NS_PER_MS - 1n) / NS_PER_MS);
        const timer = setTimeout(done, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
        return () => clearTimeout(timer);
      });
    return new Pollable(isReady, wait);
  };
  const subscribeDuration = (ns: bigint) => subscribeInstant(now() + ns);
  const wallNow = () => {
    const ns = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n;
    return { seconds: ns / NS_PER_S, nanoseconds: Number(ns % NS_PER_S) };
  };
  return {
    "wasi:clocks/monotonic-clock": {
      now,
      resolution: () => 1000n,
      subscribeInstant,
      subscribeDuration,
    },
    "wasi:clocks/wall-clock": {
      now: wallNow,
      resolution: () => ({ seconds: 0n, nanoseconds: 1000 }),
    },
  };
}
