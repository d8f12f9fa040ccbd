import type { GeneratorHealth, OpenModelHealth } from "./result.ts";

const SMALLEST_MS = 0.1;
const RATIO = 1.1;
const BUCKETS = 122;

/** How late an event loop was, in buckets 10 % wide from 0.1 ms to 10 s: small enough to send as JSON. */
export class LagHistogram {
  readonly #counts = new Float64Array(BUCKETS);

  /**
   * Counts one measurement. A stall hides the measurements that were due while it lasted, so with
   * `stepMs`, the time between two of them, those count too, each as late as it would have been.
   */
  add(lagMs: number, stepMs: number = Infinity): void {
    // No longer than the last bucket: a machine that slept must not keep this busy.
    let late = Math.min(lagMs, 20_000);
    do this.#counts[bucketOf(late)]!++; while ((late -= stepMs) > 0);
  }

  /** Counts what another one counted; buckets that don't exist are passed over. */
  addAll(pairs: Iterable<readonly [bucket: number, count: number]>): void {
    for (const [bucket, count] of pairs) {
      if (Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS) {
        this.#counts[bucket]! += count;
      }
    }
  }

  /** The buckets that are not empty. */
  pairs(): [bucket: number, count: number][] {
    return [...this.#counts].flatMap((count, bucket) => count > 0 ? [[bucket, count]] : []);
  }

  /** Upper bound, in ms, of the bucket that holds percentile `p` (0 to 100); 0 when empty. */
  percentile(p: number): number {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return 0;
    let left = Math.max(1, Math.ceil((total * p) / 100));
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket]!;
      if (left <= 0) return SMALLEST_MS * RATIO ** bucket;
    }
    return SMALLEST_MS * RATIO ** (BUCKETS - 1);
  }
}

function bucketOf(lagMs: number): number {
  if (!(lagMs > SMALLEST_MS)) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(lagMs / SMALLEST_MS) / Math.log(RATIO)));
}

/** What is known of a generator at the end of a run. */
export interface GeneratorFacts {
  readonly cpuSeconds: number;
  readonly cpuShare: number;
  readonly loopLagP99Ms: number;
  /** Of arrival-rate scenarios; null without any. */
  readonly open: Readonly<OpenModelHealth> | null;
  /** Whether a scenario of a closed model ran. */
  readonly closed: boolean;
  readonly lostShards: number;
}

/** Lag from which on the numbers are not the target's alone. */
const HIGH_LAG_MS = 100;
/** Lag from which on dropped arrivals may be the generator's fault. */
const RAISED_LAG_MS = 20;
const LATE_SHARE = 0.01;
const HIGH_CPU_SHARE = 0.95;

/** Judges whether the generator kept up, and says why if it did not. */
export function judgeGenerator(facts: GeneratorFacts): GeneratorHealth {
  const { cpuSeconds, cpuShare, loopLagP99Ms, open } = facts;
  const reasons: string[] = [];
  if (facts.lostShards > 0) {
    reasons.push(
      facts.lostShards === 1 ? "a shard was lost" : `${facts.lostShards} shards were lost`,
    );
  }
  if (loopLagP99Ms > HIGH_LAG_MS) {
    reasons.push(`its event loop was ${Math.round(loopLagP99Ms)} ms late (p99)`);
  }
  // Those that waited for a VU tell of the target, or of too few VUs.
  const late = open === null ? 0 : Math.max(0, open.late - open.waited);
  if (open !== null && late > open.started * LATE_SHARE) {
    const percent = ((late / open.started) * 100).toPrecision(2);
    reasons.push(`${percent} % of the iterations started late`);
  }
  if (open !== null && open.dropped > 0 && loopLagP99Ms > RAISED_LAG_MS) {
    reasons.push(`${open.dropped} iterations were dropped while its event loop was late`);
  }
  if (facts.closed && cpuShare > HIGH_CPU_SHARE) {
    reasons.push("its CPU was used up: the target may be faster than this");
  }
  return {
    cpuSeconds,
    cpuShare,
    loopLagP99Ms,
    open: open === null ? null : { ...open },
    verdict: reasons.length === 0 ? "kept-up" : "limited",
    reasons,
  };
}
