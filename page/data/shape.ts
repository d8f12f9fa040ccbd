import type { Histogram } from "../../metrics/mod.ts";
import { significant } from "./rows.ts";
import type { Shape } from "./types.ts";

/** Buckets of an octave, each as wide as the next on a logarithm: as fine as a plot shows. */
export const SHAPE_STEPS = 16;

/** A histogram as the page draws it; a bucket on the edge of two of the page's counts in both. */
export function shapeOf(histogram: Histogram): Shape {
  const counts = new Map<number, number>();
  const add = (step: number, count: number) => counts.set(step, (counts.get(step) ?? 0) + count);
  for (const [lower, upper, count] of histogram.buckets()) {
    if (lower <= 0) {
      add(-Infinity, count);
      continue;
    }
    const [first, last] = [stepOf(lower), stepOf(upper)];
    const edge = boundOf(last);
    const above = first === last ? 1 : (upper - edge) / (upper - lower);
    if (first !== last) add(first, count * (1 - above));
    if (above > 0) add(last, count * above);
  }
  const buckets = [...counts].sort(([a], [b]) => a - b).flatMap(([step, count]) => [
    significant(boundOf(step)),
    Number(count.toPrecision(4)),
  ]);
  const { count, min, max } = histogram;
  return { count, min: significant(min), max: significant(max), buckets };
}

function stepOf(value: number): number {
  return Math.floor(Math.log2(value) * SHAPE_STEPS);
}

function boundOf(step: number): number {
  return 2 ** (step / SHAPE_STEPS);
}
