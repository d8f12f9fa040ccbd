import type { Measure } from "./measure.ts";
import type { Random } from "../../internal/mod.ts";
import { studentT } from "./random.ts";

/** How a statistic differs between two sides. */
export interface Difference {
  /** Of a typical run: over several runs their mean, of what can't be negative the geometric one. */
  readonly before: number;
  readonly after: number;
  /** Relative to `before` (0.1 is 10 % more), or the plain difference: see `Row.scale`. */
  readonly change: number;
  /** Where the change of a repetition lies, with the confidence that was asked for. */
  readonly interval: readonly [low: number, high: number];
}

/** How differences are worked out. */
export interface DifferenceOptions {
  readonly random: Random;
  /** 0 to 1. */
  readonly confidence: number;
  readonly resamples: number;
  /** Plain instead of relative. */
  readonly plain: boolean;
}

/**
 * The difference of a statistic that each side measured in one run or several.
 *
 * One run a side: both are drawn again and again, and the middle of the drawn changes is the
 * interval. That knows nothing of what differs from run to run (machines, neighbours, caches). With
 * several runs on a side, how those differ says it: Welch's t interval, on logarithms where the
 * change is relative; of shares its variance is never less than the one within runs, as three runs
 * without an error don't differ at all. A single run beside several is taken to vary as they do.
 *
 * Null where the change is relative to nothing.
 */
export function differenceOf(
  before: readonly Measure[],
  after: readonly Measure[],
  options: DifferenceOptions,
): Difference | null {
  const { random, confidence, resamples, plain } = options;
  const all = [...before, ...after];
  if (!plain && all.some(({ value }) => !(value > 0))) {
    const [was, is] = [mean(before.map(valueOf)), mean(after.map(valueOf))];
    return was === is ? { before: was, after: is, change: 0, interval: [0, 0] } : null;
  }
  const scale = plain ? (x: number) => x : (x: number) => Math.log(Math.max(x, Number.MIN_VALUE));
  const change = plain ? (x: number) => x : Math.expm1;
  const middle = (side: readonly Measure[]) => mean(side.map(({ value }) => scale(value)));
  const [was, is] = [middle(before), middle(after)];
  const draw = all.length === 2
    ? () => scale(after[0]!.draw(random)) - scale(before[0]!.draw(random))
    : welch(before, after, is - was, { plain, scale, random });
  const drawn = Float64Array.from({ length: resamples }, draw).sort();
  const at = (share: number) => drawn[Math.round(share * (resamples - 1))]!;
  const outside = (1 - confidence) / 2;
  const back = plain ? (x: number) => x : Math.exp;
  return {
    before: back(was),
    after: back(is),
    change: change(is - was),
    interval: [change(at(outside)), change(at(1 - outside))],
  };
}

/** Draws of the difference from between-run variance. */
function welch(
  before: readonly Measure[],
  after: readonly Measure[],
  difference: number,
  { plain, scale, random }: {
    readonly plain: boolean;
    readonly scale: (value: number) => number;
    readonly random: Random;
  },
): () => number {
  const sides = [before, after].map((side) => ({
    runs: side.length,
    between: variance(side.map(({ value }) => scale(value))),
    within: plain ? mean(side.map((one) => drawnVariance(one, scale, random))) : 0,
  }));
  const terms = sides.map(({ runs, between, within }, i) => {
    const { between: others, runs: otherRuns } = sides[1 - i]!;
    const known = runs > 1 ? between : others;
    const freedom = (runs > 1 ? runs : otherRuns) - 1;
    return { variance: Math.max(known, within) / runs, freedom };
  });
  const total = terms[0]!.variance + terms[1]!.variance;
  // Welch and Satterthwaite's degrees of freedom. A variance that both sides take from one is one.
  const shared = before.length === 1 || after.length === 1;
  const freedom = shared ? terms[0]!.freedom : total ** 2 /
    terms.reduce((sum, { variance, freedom }) => sum + variance ** 2 / freedom, 0);
  const spread = Math.sqrt(total);
  if (!(spread > 0)) return () => difference;
  return () => difference + spread * studentT(random, freedom);
}

/** How much a statistic varies within its run. */
function drawnVariance(
  { draw }: Measure,
  scale: (value: number) => number,
  random: Random,
): number {
  return variance(Array.from({ length: 200 }, () => scale(draw(random))));
}

const valueOf = ({ value }: Measure): number => value;

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
