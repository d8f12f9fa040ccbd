/**
 * A part of the work, by residue: it owns VU or arrival `k` when `k mod stride = offset`, or one of
 * `offsets`.
 *
 * Segments of one nesting partition the work exactly, interleave (every part gets its share of a
 * ramp's beginning and of its end) and nest: run → agent → shard.
 */
export interface Segment {
  /** The first number owned; less than `stride`. */
  readonly offset: number;
  /** Distance between numbers owned; at least 1. */
  readonly stride: number;
  /** The numbers below `stride` that are owned, rising, the first one `offset`; if there is more than that one. */
  readonly offsets?: readonly number[];
  /**
   * If there, ownership repeats: `k` is owned when `k mod round` is. So arrivals go to the parts that
   * have a VU for them, whatever the strides of the other parts are.
   */
  readonly round?: number;
}

/** The segment that owns everything. */
export const WHOLE: Segment = { offset: 0, stride: 1 };

/** Whether the segment owns number `k`. */
export function owns(segment: Segment, k: number): boolean {
  const { offset, stride, offsets, round } = segment;
  const residue = (round === undefined ? k : k % round) % stride;
  return offsets === undefined ? residue === offset : offsets.includes(residue);
}

/** How many of the numbers 0 to `total - 1` the segment owns. */
export function shareOf(segment: Segment, total: number): number {
  const { round } = segment;
  if (round === undefined || total <= round) return count(segment, total);
  return Math.floor(total / round) * count(segment, round) + count(segment, total % round);
}

/** The `j`-th number that the segment owns, from 0. */
export function nth(segment: Segment, j: number): number {
  const { round } = segment;
  if (round === undefined) return nthOfStrides(segment, j);
  const each = count(segment, round);
  return Math.floor(j / each) * round + nthOfStrides(segment, j % each);
}

/** The segment's part of the whole, 0 to 1. */
export function fractionOf({ stride, offsets }: Segment): number {
  return (offsets?.length ?? 1) / stride;
}

/** A source of numbers that no other part of the nesting has: each call gives the next one, without end. */
export function numbersOf(segment: Segment): () => number {
  const { offset, stride, offsets } = segment;
  let next = 0;
  if (offsets !== undefined) return () => nthOfStrides(segment, next++);
  next = offset;
  return () => {
    const number = next;
    next += stride;
    return number;
  };
}

/** Like `nth`, of a segment that does not repeat. */
function nthOfStrides({ offset, stride, offsets }: Segment, j: number): number {
  if (offsets === undefined) return offset + j * stride;
  return Math.floor(j / offsets.length) * stride + offsets[j % offsets.length]!;
}

/** How many of the numbers 0 to `total - 1` it owns in one round. */
function count({ offset, stride, offsets }: Segment, total: number): number {
  if (offsets === undefined) return Math.max(0, Math.ceil((total - offset) / stride));
  // Infinity has no remainder.
  if (total === Infinity) return Infinity;
  const rest = total % stride;
  const above = offsets.findIndex((one) => one >= rest);
  return Math.floor(total / stride) * offsets.length + (above < 0 ? offsets.length : above);
}

/** Part `index` of `count` equal parts of a segment that does not repeat. */
export function sub(segment: Segment, index: number, count: number): Segment {
  if (segment.offsets !== undefined) return split(segment, count)[index]!;
  return { offset: segment.offset + segment.stride * index, stride: segment.stride * count };
}

/**
 * All parts of a segment that does not repeat: a number of equal ones, or one for each weight (whole
 * numbers from 1). What belongs to a part is as far apart as can be, however large its weight.
 */
export function split(segment: Segment, parts: number | readonly number[]): Segment[] {
  const owners = turns(typeof parts === "number" ? new Array<number>(parts).fill(1) : parts);
  const size = segment.offsets?.length ?? 1;
  const period = leastCommonMultiple(size, owners.length);
  const stride = segment.stride * period / size;
  const found: number[][] = Array.from(
    typeof parts === "number" ? { length: parts } : parts,
    () => [],
  );
  for (let j = 0; j < period; j++) {
    found[owners[j % owners.length]!]!.push(nthOfStrides(segment, j));
  }
  return found.map((offsets) => segmentOf(offsets, stride));
}

/** Whose turn it is, for as many turns as all weights together: everybody's are at even distances. */
function turns(weights: readonly number[]): number[] {
  return weights
    .flatMap((weight, part) =>
      Array.from({ length: weight }, (_, i) => ({ part, at: (i + 0.5) / weight }))
    )
    .sort((a, b) => a.at - b.at || a.part - b.part)
    .map(({ part }) => part);
}

function segmentOf(offsets: readonly number[], stride: number): Segment {
  const offset = offsets[0]!;
  return offsets.length === 1 ? { offset, stride } : { offset, stride, offsets };
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return a / x * b;
}

/**
 * A run's segment, seen by one scenario: its VUs are numbered on from `base`, those of the
 * scenarios before it, so that several one-VU scenarios don't all land on the first part. Arrival
 * `k` belongs to whoever owns VU `k mod vus`: no part without a VU owns any, and parts of different
 * sizes (machines with other numbers of shards) still partition them. Null when this part has
 * nothing to do.
 */
export function narrow(segment: Segment, base: number, vus: number): Segment | null {
  const { stride } = segment;
  const offsets = (segment.offsets ?? [segment.offset])
    .map((offset) => (((offset - base) % stride) + stride) % stride)
    .filter((offset) => offset < vus)
    .sort((a, b) => a - b);
  if (offsets.length === 0) return null;
  const own = segmentOf(offsets, stride);
  // A whole number of strides in a round is the same as no rounds.
  return vus % stride === 0 ? own : { ...own, round: vus };
}
