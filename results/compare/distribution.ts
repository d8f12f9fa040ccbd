import type { Histogram } from "../../metrics/mod.ts";

/** The distribution that a histogram counted: what can be asked of it often, and fast. */
export class Distribution {
  /** Values counted. */
  readonly count: number;
  readonly mean: number;
  /** Of the values, those of one bucket taken as its middle. */
  readonly variance: number;
  /** Bounds of the buckets, and how many values lie below each one's end. */
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #below: number[] = [];

  /** Takes what a histogram counted so far. */
  constructor(histogram: Histogram) {
    this.count = histogram.count;
    this.mean = histogram.mean();
    let below = 0;
    let squares = 0;
    for (const [lower, upper, count] of histogram.buckets()) {
      const [from, to] = [Math.max(lower, histogram.min), Math.min(upper, histogram.max)];
      below += count;
      squares += count * ((from + to) / 2 - this.mean) ** 2;
      this.#lower.push(from);
      this.#upper.push(to);
      this.#below.push(below);
    }
    this.variance = this.count > 1 ? squares / (this.count - 1) : 0;
  }

  /** The value below which a share of all lies, those of a bucket taken as evenly spread. */
  quantile(share: number): number {
    const wanted = share * this.count;
    let [low, high] = [0, this.#below.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#below[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    const before = low === 0 ? 0 : this.#below[low - 1]!;
    const part = (wanted - before) / (this.#below[low]! - before);
    const [from, to] = [this.#lower[low]!, this.#upper[low]!];
    return from + (to - from) * Math.min(1, Math.max(0, part));
  }

  /** How fast the quantile grows with the share: one over the density there. */
  slope(share: number): number {
    const step = Math.min(0.02, share / 2, (1 - share) / 2);
    return (this.quantile(share + step) - this.quantile(share - step)) / (2 * step);
  }
}
