/** Buckets of one sign: 128 octaves (2^-64 to 2^64) of 128 buckets, 128 KiB of counts at most. */
export const BUCKETS = 1 << 14;
/** `high word >>> 13` of 2^-64: exponent and the first 7 bits of the mantissa. */
const LOWEST = (1023 - 64) << 7;
const OCTAVE = 128;
const NONE = new Float64Array(0);

const FLOAT = new Float64Array(1);
/** The same 8 bytes: `[low, high]` words. Every platform that Deno runs on is little-endian. */
const WORDS = new Uint32Array(FLOAT.buffer);

/** The bucket of a positive finite number; what lies outside the octaves falls into the end ones. */
export function bucketOf(value: number): number {
  FLOAT[0] = value;
  const bucket = (WORDS[1]! >>> 13) - LOWEST;
  return bucket < 0 ? 0 : bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/** The smallest number of a bucket; the one after the last bucket is the largest finite number. */
export function lowerBound(bucket: number): number {
  if (bucket <= 0) return 0;
  if (bucket >= BUCKETS) return Number.MAX_VALUE;
  WORDS[0] = 0;
  WORDS[1] = (bucket + LOWEST) << 13;
  return FLOAT[0]!;
}

/** Counts of the buckets in use: a stretch of all buckets that grows at both ends, by whole octaves. */
export class Window {
  /** Counts; the first is that of bucket `first`. */
  counts: Float64Array = NONE;
  /** What to take off `high word >>> 13` of a number to get its place in `counts`. */
  origin = 0;

  /** The bucket that `counts[0]` counts. */
  get first(): number {
    return this.origin - LOWEST;
  }

  /** Counts `count` more in a bucket, making room for it first. */
  increase(bucket: number, count: number): void {
    if (this.#lacks(bucket)) this.#cover(bucket, bucket);
    this.counts[bucket - this.first]! += count;
  }

  merge(other: Window): void {
    const source = other.counts;
    if (source.length === 0) return;
    const last = other.first + source.length - 1;
    if (this.#lacks(other.first) || this.#lacks(last)) this.#cover(other.first, last);
    const target = this.counts;
    const shift = other.first - this.first;
    for (let i = 0; i < source.length; i++) target[i + shift]! += source[i]!;
  }

  /** Forgets the counts and keeps the room: the next second's samples fall into the same octaves. */
  clear(): void {
    this.counts.fill(0);
  }

  #lacks(bucket: number): boolean {
    const at = bucket - this.first;
    return at < 0 || at >= this.counts.length;
  }

  #cover(from: number, to: number): void {
    const { counts } = this;
    const empty = counts.length === 0;
    let start = empty ? from : Math.min(from, this.first);
    let end = empty ? to + 1 : Math.max(to + 1, this.first + counts.length);
    // A quarter more at the end that grew, so that growing costs a fixed share of adding.
    const spare = counts.length >> 2;
    if (!empty && start < this.first) start -= spare;
    if (!empty && end > this.first + counts.length) end += spare;
    start = Math.max(0, Math.floor(start / OCTAVE) * OCTAVE);
    end = Math.min(BUCKETS, Math.ceil(end / OCTAVE) * OCTAVE);
    const grown = new Float64Array(end - start);
    if (!empty) grown.set(counts, this.first - start);
    this.counts = grown;
    this.origin = start + LOWEST;
  }
}
