import type { Histogram } from "../../metrics/mod.ts";

/** The most buckets of one sign: the default of OpenTelemetry's SDKs. */
const MAX_BUCKETS = 160;
/** 32 buckets an octave, 2.2 % wide: finer ones would be narrower than what they are made of. */
const MAX_SCALE = 5;

/** Buckets of one sign: the first one is `(base^offset, base^(offset + 1)]`. */
export interface ExponentialBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** A base-2 exponential histogram; its base is `2^(2^-scale)`. */
export interface ExponentialHistogram {
  readonly scale: number;
  readonly zeros: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

/**
 * A histogram in OpenTelemetry's base-2 exponential buckets, at the largest scale up to 5 with no
 * more than 160 of them: https://opentelemetry.io/docs/specs/otel/metrics/data-model/. Each of our
 * buckets goes as a whole where its middle lies.
 */
export function exponentialOf(histogram: Histogram): ExponentialHistogram {
  const positive: Counted[] = [];
  const negative: Counted[] = [];
  let zeros = 0;
  for (const [lower, upper, count] of histogram.buckets()) {
    const middle = (lower + upper) / 2;
    if (middle === 0) zeros += count;
    else if (middle > 0) positive.push([indexOf(middle), count]);
    else negative.unshift([indexOf(-middle), count]);
  }
  let scale = MAX_SCALE;
  while (!fits(positive, scale) || !fits(negative, scale)) scale--;
  return { scale, zeros, positive: atScale(positive, scale), negative: atScale(negative, scale) };
}

/** A bucket's index at the largest scale, ascending in a list, and what it counted. */
type Counted = readonly [index: number, count: number];

function indexOf(value: number): number {
  return Math.ceil(Math.log2(value) * 2 ** MAX_SCALE) - 1;
}

/** The same bucket at a lower scale, where each takes in two of the next. */
function shifted(index: number, scale: number): number {
  return Math.floor(index / 2 ** (MAX_SCALE - scale));
}

function fits(counted: readonly Counted[], scale: number): boolean {
  if (counted.length === 0) return true;
  const [first] = counted[0]!;
  const [last] = counted.at(-1)!;
  return shifted(last, scale) - shifted(first, scale) < MAX_BUCKETS;
}

function atScale(counted: readonly Counted[], scale: number): ExponentialBuckets {
  if (counted.length === 0) return { offset: 0, counts: [] };
  const offset = shifted(counted[0]![0], scale);
  const counts: number[] = [];
  for (const [index, count] of counted) {
    const at = shifted(index, scale) - offset;
    while (counts.length <= at) counts.push(0);
    counts[at]! += count;
  }
  return { offset, counts };
}
