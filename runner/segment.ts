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
}

/** The segment that owns everything. */
export const WHOLE: Segment = { offset: 0, stride: 1 };

/** Whether the segment owns number `k`. */
export function owns(segment: Segment, k: number): boolean {
  return k % segment.stride === segment.offset;
}

/** How many of the numbers 0 to `total - 1` the segment owns. */
export function shareOf(segment: Segment, total: number): number {
  return Math.max(0, Math.ceil((total - segment.offset) / segment.stride));
}

/** The `j`-th number that the segment owns, from 0. */
export function nth(segment: Segment, j: number): number {
  return segment.offset + j * segment.stride;
}

/** Part `index` of `count` equal parts of a segment. */
export function sub(segment: Segment, index: number, count: number): Segment {
  return { offset: segment.offset + segment.stride * index, stride: segment.stride * count };
}

/**
 * A run's segment, seen by one scenario: its VUs are numbered on from `base`, those of the
 * scenarios before it, so that several one-VU scenarios don't all land on the first part; and no
 * part without a VU of it owns any of its arrivals. Null when this part has nothing to do.
 */
export function narrow(segment: Segment, base: number, vus: number): Segment | null {
  const { stride } = segment;
  const offset = (((segment.offset - base) % stride) + stride) % stride;
  if (offset >= vus) return null;
  return { offset, stride: Math.min(stride, vus) };
}
