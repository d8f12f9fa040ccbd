import { OptionError } from "../../internal/mod.ts";
import { type Segment, sub, WHOLE } from "../segment.ts";
import type { Plain } from "./_snapshot.ts";
import { badValue, isSet, MAX_VUS, text } from "./_values.ts";

/** A fraction of whole numbers, exact: `n/d`. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const FORM = "an equal part such as 1/4:2/4, the second of four";

/**
 * Reads `executionSegment` and `executionSegmentSequence` (k6's text: `from:to`, or `to` alone;
 * fractions, decimals or percentages). Parts here are every `n`-th user and arrival, so a segment
 * must be one of `n` equal parts: `i/n:(i+1)/n`. With a sequence it must be one of its parts, which
 * must be equal.
 */
export function readSegment(segment: Plain, sequence: Plain): Segment {
  const part = isSet(segment) ? readPart(segment) : null;
  if (!isSet(sequence)) return part === null ? WHOLE : sub(WHOLE, part.index, part.count);
  const path = "executionSegmentSequence";
  const count = readSequence(sequence, path);
  if (part === null) {
    throw new OptionError(
      path,
      `${path} needs executionSegment, which says what part of it to run`,
    );
  }
  if (part.count !== count) {
    throw new OptionError(
      path,
      `${path} has ${count} parts, and executionSegment is one of ${part.count}: ${show(sequence)}`,
    );
  }
  return sub(WHOLE, part.index, part.count);
}

function readPart(value: Plain): { index: number; count: number } {
  const path = "executionSegment";
  const ends = text(value, path).split(":");
  const to = fraction(ends.at(-1)!);
  const from = ends.length === 1 ? { n: 0n, d: 1n } : fraction(ends[0]!);
  if (ends.length > 2 || from === null || to === null) throw badValue(path, FORM, value);
  // It is as long as n/d, one of d/n parts, and as many of these are before it as fit there.
  const n = to.n * from.d - from.n * to.d;
  const d = to.d * from.d;
  if (n <= 0n || to.n > to.d || d % n !== 0n || (from.n * d) % (from.d * n) !== 0n) {
    throw badValue(path, FORM, value);
  }
  const count = Number(d / n);
  if (count > MAX_VUS) throw badValue(path, `at least 1/${MAX_VUS} of the test`, value);
  return { index: Number((from.n * d) / (from.d * n)), count };
}

/** The number of equal parts of a sequence. */
function readSequence(value: Plain, path: string): number {
  const bounds = text(value, path).split(",").map(fraction);
  const count = bounds.length - 1;
  const equal = count > 0 &&
    bounds.every((bound, i) => bound !== null && bound.n * BigInt(count) === BigInt(i) * bound.d);
  if (!equal) throw badValue(path, "equal parts from 0 to 1 such as 0,1/4,2/4,3/4,1", value);
  return count;
}

function fraction(text: string): Fraction | null {
  const [, whole, below, decimals = "", percent] =
    /^\s*(\d{1,9})(?:\/(\d{1,9})|\.(\d{1,9}))?(%)?\s*$/.exec(text) ?? [];
  if (whole === undefined || (below !== undefined && percent !== undefined)) return null;
  const d = below === undefined ? 10n ** BigInt(decimals.length) : BigInt(below);
  if (d === 0n) return null;
  const n = BigInt(below === undefined ? whole + decimals : whole);
  return { n, d: percent === undefined ? d : d * 100n };
}

function show(value: Plain): string {
  return JSON.stringify(value) ?? "undefined";
}
