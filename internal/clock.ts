/** Time and chance, for what waits: tests bring their own. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Calls `call` in `ms` milliseconds; returns what takes that back. */
  after(ms: number, call: () => void): () => void;
  /** A number from 0 up to 1, without it. */
  random(): number;
}

/** The real one. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
