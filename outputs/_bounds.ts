import type { Histogram } from "../metrics/mod.ts";

/**
 * How many values are up to each bound, for histograms with fixed bounds. A bucket that holds a
 * bound counts as below it: numbers such as 5 are exact, and a value less than 1/128 above a bound
 * may count as below.
 *
 * @param bounds ascending
 */
export function countsUpTo(histogram: Histogram, bounds: readonly number[]): number[] {
  const counts = new Array<number>(bounds.length).fill(0);
  let at = 0;
  let count = 0;
  for (const [lower, , here] of histogram.buckets()) {
    while (at < bounds.length && bounds[at]! < lower) counts[at++] = count;
    count += here;
  }
  return counts.fill(count, at);
}
