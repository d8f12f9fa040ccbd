/** A random number generator (mulberry32) for tests: one seed, one sequence of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed of its own for this run, to be put into messages. */
export function freshSeed(): number {
  return (Math.random() * 2 ** 32) >>> 0;
}

/** The value at rank `p/100 * (n - 1)` of sorted values, interpolated: k6's percentile, exactly. */
export function exactPercentile(sorted: ArrayLike<number>, p: number): number {
  const rank = p / 100 * (sorted.length - 1);
  const below = Math.floor(rank);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (rank - below);
}
