/** Buckets of an octave in a record's heat (`heatBounds` of `results/heat.ts`). */
const STEPS = 8;
const LEAST = -20;

/** The values of a heat bucket: from the first number up to the second one. */
export function heatBounds(bucket: number): readonly [from: number, to: number] {
  return bucket <= 0 ? [0, 2 ** LEAST] : [lowerBound(bucket), lowerBound(bucket + 1)];
}

function lowerBound(bucket: number): number {
  const at = bucket - 1;
  return 2 ** (LEAST + Math.floor(at / STEPS)) * (1 + (at % STEPS) / STEPS);
}

/** Counts of values by time and size. */
export interface Heat {
  /** For each column pairs of bucket and count. */
  readonly columns: readonly (readonly number[])[];
  /** Lowest and highest bucket that is drawn. */
  readonly low: number;
  readonly high: number;
  /** The largest count of a cell. */
  readonly most: number;
}

/** What of a heatmap is to be drawn: all but the slowest of 10,000 values, and the fastest of 200. */
export function heatOf(columns: readonly (readonly number[])[]): Heat | null {
  const totals = new Map<number, number>();
  let [all, most] = [0, 0];
  for (const pairs of columns) {
    for (let i = 0; i < pairs.length; i += 2) {
      const [bucket, count] = [pairs[i]!, pairs[i + 1]!];
      totals.set(bucket, (totals.get(bucket) ?? 0) + count);
      all += count;
      most = Math.max(most, count);
    }
  }
  if (all === 0) return null;
  const sorted = [...totals].sort(([a], [b]) => a - b);
  let [low, high, below] = [sorted[0]![0], sorted[0]![0], 0];
  for (const [bucket, count] of sorted) {
    if (below < all / 200) low = Math.max(1, bucket);
    below += count;
    high = Math.max(1, bucket);
    if (below >= all * 0.9999) break;
  }
  return { columns, low: Math.max(1, low - 1), high: high + 1, most };
}

/** Every so many columns as one, where there are more than `most`; the last may be of fewer. */
export function joinHeat(
  columns: readonly (readonly number[])[],
  most: number,
): readonly (readonly number[])[] {
  const join = Math.ceil(columns.length / most);
  if (join <= 1) return columns;
  const joined: number[][] = [];
  for (let at = 0; at < columns.length; at += join) {
    const counts = new Map<number, number>();
    for (const pairs of columns.slice(at, at + join)) {
      for (let i = 0; i < pairs.length; i += 2) {
        counts.set(pairs[i]!, (counts.get(pairs[i]!) ?? 0) + pairs[i + 1]!);
      }
    }
    joined.push([...counts].sort(([a], [b]) => a - b).flat());
  }
  return joined;
}

/** How dark a cell is, 0 to 1: few are still seen beside many. */
export function heatShade(count: number, most: number): number {
  if (count <= 0) return 0;
  return most <= 1 ? 1 : 0.12 + 0.88 * Math.log(count) / Math.log(most);
}
