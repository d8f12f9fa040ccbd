import type { Stage } from "./options/types.ts";

/** A stretch of time in which the rate of arrivals follows a straight line. */
interface RatePiece {
  readonly startMs: number;
  readonly durationMs: number;
  /** Arrivals per time unit at its start and at its end. */
  readonly from: number;
  readonly to: number;
  /** Area under the rate up to its start, and under it. */
  readonly before: number;
  readonly area: number;
}

/**
 * When arrivals are planned. The rate is a function of time made of straight lines; arrival `k`
 * (from 0) is due when the area under it has passed `k` (k6's pacing, but for the first arrival,
 * which k6's ramp starts after one whole unit of area and its constant rate at once; here both
 * start at once).
 */
export interface ArrivalPlan {
  readonly timeUnitMs: number;
  readonly pieces: readonly RatePiece[];
  /** How many arrivals there are before the end. */
  readonly total: number;
}

/** `rate` arrivals every `timeUnitMs` at even distances, the first at 0, none at or after the end. */
export function constantArrivals(
  rate: number,
  timeUnitMs: number,
  durationMs: number = Infinity,
): ArrivalPlan {
  if (!(rate > 0)) return { timeUnitMs, pieces: [], total: 0 };
  const area = Infinity;
  const piece = { startMs: 0, durationMs: Infinity, from: rate, to: rate, before: 0, area };
  const plan = { timeUnitMs, pieces: [piece], total: Infinity };
  return { ...plan, total: arrivalsBefore(plan, durationMs) };
}

/**
 * A rate that goes in straight lines from `startRate` to each stage's target (a stage of 0 ms is a
 * jump). As many arrivals as the area under it has whole units, as k6 has.
 */
export function rampingArrivals(
  startRate: number,
  timeUnitMs: number,
  stages: readonly Stage[],
): ArrivalPlan {
  const pieces: RatePiece[] = [];
  let [startMs, from, before] = [0, startRate, 0];
  for (const { durationMs, target: to } of stages) {
    const area = ((from + to) / 2) * (durationMs / timeUnitMs);
    if (durationMs > 0) pieces.push({ startMs, durationMs, from, to, before, area });
    startMs += durationMs;
    before += area;
    from = to;
  }
  // The sum may be a rounding error short of a whole number.
  return { timeUnitMs, pieces, total: Math.floor(before + 1e-9 * Math.max(1, before)) };
}

/** Another rate from a time on. */
export interface RateChange {
  /** From the start of the scenario, milliseconds. */
  readonly atMs: number;
  /** Arrivals a second; 0 for none. */
  readonly perSecond: number;
}

/**
 * A plan whose rate was changed: each change holds from its time on, until the next one or the end.
 * The arrivals before it stay what they were, so that all who know the changes agree on every `k`.
 *
 * @param changes in order of time
 * @param durationMs no arrival is planned at or after it
 */
export function withRates(
  plan: ArrivalPlan,
  changes: readonly RateChange[],
  durationMs: number,
): ArrivalPlan {
  if (changes.length === 0) return plan;
  const { timeUnitMs } = plan;
  const pieces = [...plan.pieces];
  for (const { atMs, perSecond } of changes) {
    const startMs = Math.max(0, atMs);
    while (pieces.length > 0 && pieces.at(-1)!.startMs >= startMs) pieces.pop();
    const last = pieces.pop();
    if (last !== undefined) pieces.push(cutPiece(last, startMs, timeUnitMs));
    const before = pieces.reduce((sum, { area }) => sum + area, 0);
    const rate = perSecond * timeUnitMs / 1000;
    const area = rate > 0 ? Infinity : 0;
    pieces.push({ startMs, durationMs: Infinity, from: rate, to: rate, before, area });
  }
  const changed = { timeUnitMs, pieces, total: Infinity };
  return { ...changed, total: arrivalsBefore(changed, durationMs) };
}

/** A piece that ends at `endMs`. */
function cutPiece(piece: RatePiece, endMs: number, timeUnitMs: number): RatePiece {
  const { startMs, from } = piece;
  const durationMs = Math.min(piece.durationMs, endMs - startMs);
  const to = from + riseOf(piece, durationMs);
  return { ...piece, durationMs, to, area: ((from + to) / 2) * (durationMs / timeUnitMs) };
}

/** How much the rate rises in the first `x` milliseconds of a piece. */
function riseOf({ from, to, durationMs }: RatePiece, x: number): number {
  return from === to ? 0 : ((to - from) * x) / durationMs;
}

/** When arrival `k` is planned, in milliseconds from the start of its scenario; Infinity if never. */
export function arrivalTimeMs(plan: ArrivalPlan, k: number): number {
  return arrivalTimes(plan)(k);
}

/** `arrivalTimeMs` for many arrivals: fast where `k` rises, as it goes on in the piece of the last one. */
export function arrivalTimes({ timeUnitMs, pieces, total }: ArrivalPlan): (k: number) => number {
  let i = 0;
  return (k) => {
    if (k >= total) return Infinity;
    if (i > 0 && k < pieces[i]!.before) i = 0;
    while (i + 1 < pieces.length && k >= pieces[i + 1]!.before) i++;
    const piece = pieces[i];
    return piece === undefined ? Infinity : piece.startMs + within(piece, k, timeUnitMs);
  };
}

/** How many arrivals are planned before time `tMs`: those with a time less than it. */
export function arrivalsBefore(plan: ArrivalPlan, tMs: number): number {
  const piece = plan.pieces.findLast(({ startMs }) => startMs < tMs);
  if (piece === undefined || !(tMs > 0)) return 0;
  const { startMs, durationMs, from, before } = piece;
  const x = Math.min(tMs - startMs, durationMs);
  const area = ((from + riseOf(piece, x) / 2) * x) / plan.timeUnitMs;
  let count = Math.min(plan.total, Math.ceil(before + area));
  if (!Number.isFinite(count)) return count;
  // The area may be off by a rounding error: `arrivalTimeMs` is what counts.
  while (count > 0 && arrivalTimeMs(plan, count - 1) >= tMs) count--;
  while (arrivalTimeMs(plan, count) < tMs) count++;
  return count;
}

/** Where in a piece the area under the rate reaches `k`: a root of a quadratic equation. Never under a rate that stays 0. */
function within({ durationMs, from, to, before, area }: RatePiece, k: number, unitMs: number) {
  if (area === 0 && durationMs === Infinity) return Infinity;
  const left = k - before;
  if (left <= 0) return 0;
  if (left >= area) return durationMs;
  const risePerUnit = ((to - from) * unitMs) / durationMs;
  // This form of the solution loses no digits, whichever way the line goes, and is exact for none.
  const root = Math.sqrt(Math.max(0, from * from + 2 * risePerUnit * left));
  return Math.min(durationMs, (2 * left * unitMs) / (from + root));
}
