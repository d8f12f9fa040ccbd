import { bucketOf, lowerBound, Window } from "./_window.ts";

const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);

// Places in a histogram's statistics.
const COUNT = 0;
const SUM = 1;
const MIN = 2;
const MAX = 3;
const ZEROS = 4;

/** What the delta codec reads and merges. */
export interface HistogramParts {
  /** Count, sum, min, max, number of zeros. */
  readonly stats: Float64Array;
  readonly positive: Window;
  /** Of the absolute values; made by `negatives` when first needed. */
  readonly negative: Window | undefined;
  negatives(): Window;
}

/** For this folder only. */
export let partsOf: (histogram: Histogram) => HistogramParts;

/**
 * How often which values were seen, in memory that doesn't grow with their number.
 *
 * Values are counted in buckets no wider than 1/128 of the value; count, sum, min and max are
 * exact. The bucket comes straight from the float's bits: the exponent is the octave, the first
 * 7 bits of the mantissa the linear step in it. Any sign goes, zero has its own bucket. Below
 * 2^-64 and from 2^64 on (absolute) one bucket at each end takes all.
 */
export class Histogram {
  readonly #stats = new Float64Array([0, 0, Infinity, -Infinity, 0]);
  readonly #positive = new Window();
  #negative: Window | undefined;

  static {
    partsOf = (histogram) => ({
      stats: histogram.#stats,
      positive: histogram.#positive,
      negative: histogram.#negative,
      negatives: () => (histogram.#negative ??= new Window()),
    });
  }

  /** Counts one value. NaN and the infinities are passed over. */
  add(value: number): void {
    FLOAT[0] = value;
    const positive = this.#positive;
    const counts = positive.counts;
    // Negative, huge and non-finite values have higher bits than any window reaches.
    const at = (WORDS[1]! >>> 13) - positive.origin;
    if (at >= 0 && at < counts.length) counts[at]! += 1;
    else if (!this.#addRare(value)) return;
    const stats = this.#stats;
    stats[COUNT]! += 1;
    stats[SUM]! += value;
    if (value < stats[MIN]!) stats[MIN] = value;
    if (value > stats[MAX]!) stats[MAX] = value;
  }

  #addRare(value: number): boolean {
    if (!Number.isFinite(value)) return false;
    if (value > 0) this.#positive.increase(bucketOf(value), 1);
    else if (value < 0) (this.#negative ??= new Window()).increase(bucketOf(-value), 1);
    else this.#stats[ZEROS]! += 1;
    return true;
  }

  /** Values counted. */
  get count(): number {
    return this.#stats[COUNT]!;
  }

  /** Sum of the values. */
  get sum(): number {
    return this.#stats[SUM]!;
  }

  /** Smallest value; 0 when empty. */
  get min(): number {
    return this.count === 0 ? 0 : this.#stats[MIN]!;
  }

  /** Largest value; 0 when empty. */
  get max(): number {
    return this.count === 0 ? 0 : this.#stats[MAX]!;
  }

  /** Arithmetic mean; 0 when empty. */
  mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /**
   * The value at rank `p/100 * (count - 1)` of the sorted values, interpolated between its two
   * neighbours (k6's definition), within 1/128 of the exact one; 0 when empty.
   *
   * @param p percentage; below 0 counts as 0, above 100 as 100
   */
  percentile(p: number): number {
    if (this.count === 0) return 0;
    const rank = Math.min(100, Math.max(0, p)) / 100 * (this.count - 1);
    const below = Math.floor(rank);
    const value = this.#ranked(below);
    if (rank === below) return value;
    const step = this.#ranked(below + 1) - value;
    // From the lowest floats to the highest the step itself is beyond them.
    return Number.isFinite(step)
      ? value + step * (rank - below)
      : value + (rank - below) * this.#ranked(below + 1) - (rank - below) * value;
  }

  /** The value of a 0-based rank: those of one bucket are taken as evenly spread over it. */
  #ranked(rank: number): number {
    const stats = this.#stats;
    const [min, max] = [stats[MIN]!, stats[MAX]!];
    if (rank <= 0) return min;
    if (rank >= stats[COUNT]! - 1) return max;
    let left = rank;
    if (this.#negative !== undefined) {
      const { counts, first } = this.#negative;
      for (let i = counts.length - 1; i >= 0; i--) {
        const count = counts[i]!;
        if (left < count) {
          return within(-lowerBound(first + i + 1), -lowerBound(first + i), (left + 0.5) / count);
        }
        left -= count;
      }
    }
    if (left < stats[ZEROS]!) return 0;
    left -= stats[ZEROS]!;
    const { counts, first } = this.#positive;
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i]!;
      if (left < count) {
        return within(lowerBound(first + i), lowerBound(first + i + 1), (left + 0.5) / count);
      }
      left -= count;
    }
    return max;

    function within(lower: number, upper: number, share: number): number {
      const from = Math.max(lower, min);
      return from + (Math.min(upper, max) - from) * share;
    }
  }

  /** Adds everything that another histogram counted. */
  merge(other: Histogram): void {
    this.#positive.merge(other.#positive);
    if (other.#negative !== undefined) (this.#negative ??= new Window()).merge(other.#negative);
    const [mine, theirs] = [this.#stats, other.#stats];
    mine[COUNT]! += theirs[COUNT]!;
    mine[SUM]! += theirs[SUM]!;
    mine[ZEROS]! += theirs[ZEROS]!;
    if (theirs[MIN]! < mine[MIN]!) mine[MIN] = theirs[MIN]!;
    if (theirs[MAX]! > mine[MAX]!) mine[MAX] = theirs[MAX]!;
  }

  /** Forgets everything; keeps its memory for the next values. */
  clear(): void {
    this.#stats.set([0, 0, Infinity, -Infinity, 0]);
    this.#positive.clear();
    this.#negative?.clear();
  }

  /** The buckets in use in ascending order: values from `lower` up to `upper`, and how many. */
  *buckets(): Generator<[lower: number, upper: number, count: number]> {
    if (this.#negative !== undefined) {
      const { counts, first } = this.#negative;
      for (let i = counts.length - 1; i >= 0; i--) {
        if (counts[i]! === 0) continue;
        yield [-lowerBound(first + i + 1), -lowerBound(first + i), counts[i]!];
      }
    }
    if (this.#stats[ZEROS]! > 0) yield [0, 0, this.#stats[ZEROS]!];
    const { counts, first } = this.#positive;
    for (let i = 0; i < counts.length; i++) {
      if (counts[i]! > 0) yield [lowerBound(first + i), lowerBound(first + i + 1), counts[i]!];
    }
  }
}
