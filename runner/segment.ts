/**
 * A part of the work, by residue: it owns VU or arrival `k` when `k mod stride = offset`.
 *
 * Segments of one nesting partition the work exactly, interleave (every part gets its share of a
 * ramp's beginning and of its end) and nest: run → agent → shard.
 */
export interface Segment {
  /** The first number owned; less than `stride`. */
  readonly offset: number;
  /** Distance between numbers owned; at least 1. */
  readonly stride: number;
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
  const { offset, stride, round } = segment;
  return (round === undefined ? k : k % round) % stride === offset;
}

/** How many of the numbers 0 to `total - 1` the segment owns. */
export function shareOf(segment: Segment, total: number): number {
  const { round } = segment;
  if (round === undefined || total <= round) return count(segment, total);
  return Math.floor(total / round) * count(segment, round) + count(segment, total % round);
}

/** The `j`-th number that the segment owns, from 0. */
export function nth(segment: Segment, j: number): number {
  const { offset, stride, round } = segment;
  if (round === undefined) return offset + j * stride;
  const each = count(segment, round);
  return Math.floor(j / each) * round + offset + (j % each) * stride;
}

/** How many of the numbers 0 to `total - 1` it owns in one round. */
function count({ offset, stride }: Segment, total: number): number {
  return Math.max(0, Math.ceil((total - offset) / stride));
}

/** Part `index` of `count` equal parts of a segment that does not repeat. */
export function sub(segment: Segment, index: number, count: number): Segment {
  return { offset: segment.offset + segment.stride * index, stride: segment.stride * count };
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
  const offset = (((segment.offset - base) % stride) + stride) % stride;
  if (offset >= vus) return null;
  // A whole number of strides in a round is the same as no rounds.
  return vus % stride === 0 ? { offset, stride } : { offset, stride, round: vus };
}
