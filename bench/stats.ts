/** The middle of several measurements, with the extremes that it hides. */
export interface Spread {
  /** The middle value; the mean of the two middle ones of an even count. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** How many values there were. */
  readonly count: number;
}

/** The value at `p` (0 to 100) of a sorted list, interpolated linearly at `p * (n - 1)` as k6 does. */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0) return NaN;
  const at = (p / 100) * (sorted.length - 1);
  const low = Math.floor(at);
  const [a, b] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
  return a + (b - a) * (at - low);
}

/** Median, least and greatest; null when there are no finite values. */
export function spread(values: Iterable<number | null | undefined>): Spread | null {
  const sorted = [...values].filter((v): v is number => typeof v === "number" && Number.isFinite(v))
    .sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return {
    median: percentile(sorted, 50),
    min: sorted[0]!,
    max: sorted[sorted.length - 1]!,
    count: sorted.length,
  };
}

/**
 * The ratios of measurements taken in the same rounds. A round's two runs saw the same machine, so
 * the ratio is made inside a round, and the median taken of the ratios.
 */
export function pairedRatio(
  above: readonly (number | null | undefined)[],
  below: readonly (number | null | undefined)[],
): Spread | null {
  return spread(above.map((value, round) => {
    const base = below[round];
    return value == null || base == null || base === 0 ? null : value / base;
  }));
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A straight line through values at 0, 1, 2, …, by least squares. */
export interface Line {
  /** How much a step adds. */
  readonly slope: number;
  /** Standard error of the slope; NaN of fewer than three values. */
  readonly error: number;
}

/** The line through values; its slope is NaN of fewer than two. */
export function lineThrough(values: readonly number[]): Line {
  const count = values.length;
  const [middle, height] = [(count - 1) / 2, mean(values)];
  let [across, along] = [0, 0];
  values.forEach((value, at) => {
    along += (at - middle) ** 2;
    across += (at - middle) * (value - height);
  });
  const slope = across / along;
  const squares = values.map((value, at) => (value - height - slope * (at - middle)) ** 2);
  const left = count > 2 ? (mean(squares) * count) / (count - 2) : NaN;
  return { slope, error: Math.sqrt(left / along) };
}
