import type { TimelineSeries } from "../record.ts";
import type { Distribution } from "./distribution.ts";

/** Stretches that a run is cut into: enough to see how they differ, and each long enough to. */
const BATCHES = 20;
/** Fewer say nothing. */
const LEAST = 5;

/** A stretch of a run. */
export interface Batch {
  readonly weight: number;
  readonly mean: number;
}

/** A column of a timeline. */
type Column = readonly (number | null)[];

/**
 * Cuts a run into stretches of as many steps each, with the mean of each.
 *
 * @param sums by step
 * @param weights by step; steps without are passed over
 */
export function batches(sums: Column, weights: Column): Batch[] {
  const size = Math.max(1, Math.ceil(sums.length / BATCHES));
  const found: Batch[] = [];
  for (let from = 0; from < sums.length; from += size) {
    let [sum, weight] = [0, 0];
    for (let i = from; i < Math.min(from + size, sums.length); i++) {
      sum += sums[i] ?? 0;
      weight += weights[i] ?? 0;
    }
    if (weight > 0) found.push({ weight, mean: sum / weight });
  }
  return found;
}

/**
 * The design effect: how much more the means of stretches differ than those of independent values
 * would, at least 1. So many values say as much as one independent one (the method of batch means).
 *
 * @param variance of single values
 */
export function effectOf(parts: readonly Batch[], variance: number): number {
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  if (parts.length < LEAST || !(variance > 0)) return 1;
  const mean = parts.reduce((sum, part) => sum + part.weight * part.mean, 0) / weight;
  const between = parts.reduce((sum, part) => sum + part.weight * (part.mean - mean) ** 2, 0);
  return Math.max(1, between / (parts.length - 1) / variance);
}

/** Columns of percentiles, and up to which percentile each stands for. */
const COLUMNS = [["p50", 50, 75], ["p90", 90, 96], ["p99", 99, 100]] as const;

/**
 * The design effect of a percentile, from how the percentiles of steps differ; null where the
 * steps have too few values to have such a percentile.
 */
export function percentileEffect(
  { columns }: TimelineSeries,
  distribution: Distribution,
  p: number,
): number | null {
  const [name, percent] = COLUMNS.find(([, , up]) => p <= up)!;
  const share = percent / 100;
  const counts = columns["count"] ?? [];
  const filled = counts.filter((count) => count !== null);
  const perStep = distribution.count / Math.max(1, filled.length);
  if (perStep * (1 - share) < 5) return null;
  const weighted = (columns[name] ?? []).map((value, i) =>
    value === null ? null : value * (counts[i] ?? 0)
  );
  // Of a percentile of n independent values: share * (1 - share) * slope^2 / n.
  return effectOf(
    batches(weighted, counts),
    share * (1 - share) * distribution.slope(share) ** 2,
  );
}
