import type { Histogram } from "../metrics/mod.ts";
import type { RunProgress } from "../runner/mod.ts";
import { perSecond } from "./_stats.ts";

/** What the live view shows of a run, beside where it stands. */
export interface LiveNumbers {
  /** What is counted: HTTP requests where there are any, else iterations. */
  readonly unit: "rps" | "it/s";
  /** A second, lately; the average since the start before there is a "lately". */
  readonly rate: number;
  /** 99th percentile of durations, milliseconds, lately; null without any. */
  readonly p99: number | null;
  /** Failed share since the start. */
  readonly errors: number;
  /** The same by moments, oldest first; null where nothing came. */
  readonly rates: readonly number[];
  readonly p99s: readonly (number | null)[];
  readonly errorShares: readonly (number | null)[];
  /** Durations since the start; null without any. */
  readonly durations: Histogram | null;
  /** Iterations that never started. */
  readonly dropped: number;
  /** Checks that failed. */
  readonly failedChecks: number;
}

/** Moments that are kept for sparklines. */
const MOST_MOMENTS = 120;
/** A moment is no shorter: rates of less would jump. */
const MOMENT_MS = 400;

/** Totals at a moment. */
interface Totals {
  readonly unit: "rps" | "it/s";
  readonly elapsedMs: number;
  readonly count: number;
  readonly failed: number;
  readonly durations: Histogram | null;
}

/** Follows a run: each call takes the newest numbers and says what to show. */
export function liveNumbers(): (progress: RunProgress) => LiveNumbers {
  let before: Totals | null = null;
  let buckets = new Map<number, number>();
  const rates: number[] = [];
  const p99s: (number | null)[] = [];
  const errorShares: (number | null)[] = [];
  const push = <T>(to: T[], value: T) => {
    if (to.push(value) > MOST_MOMENTS) to.shift();
  };
  return (progress) => {
    const now = totalsOf(progress);
    const spanMs = now.elapsedMs - (before?.elapsedMs ?? 0);
    if (before?.unit !== now.unit) {
      // Requests came after iterations did: what was counted so far is something else.
      for (const list of [rates, p99s, errorShares]) list.length = 0;
      buckets = new Map();
    }
    if (spanMs >= MOMENT_MS) {
      const same = before?.unit === now.unit ? before : null;
      const count = now.count - (same?.count ?? 0);
      push(rates, perSecond(count, now.elapsedMs - (same?.elapsedMs ?? 0)));
      push(errorShares, count > 0 ? (now.failed - (same?.failed ?? 0)) / count : null);
      push(p99s, now.durations === null ? null : recentP99(now.durations, buckets));
      before = now;
    }
    const all = now.durations;
    return {
      unit: now.unit,
      rate: rates.at(-1) ?? perSecond(now.count, now.elapsedMs),
      p99: p99s.findLast((p99) => p99 !== null) ?? (all?.percentile(99) ?? null),
      errors: now.count > 0 ? now.failed / now.count : 0,
      ...{ rates, p99s, errorShares, durations: all },
      dropped: progress.iterations.dropped,
      failedChecks: failedChecks(progress),
    };
  };
}

function totalsOf({ metrics, iterations, elapsedMs }: RunProgress): Totals {
  const requests = metrics.select("http_reqs");
  if (requests?.type !== "counter" || requests.total === 0) {
    const { completed, thrown } = iterations;
    const durations = trend("iteration_duration");
    return { unit: "it/s", elapsedMs, count: completed, failed: thrown, durations };
  }
  const failed = metrics.select("http_req_failed");
  return {
    unit: "rps",
    elapsedMs,
    count: requests.total,
    failed: failed?.type === "rate" ? failed.passes : 0,
    durations: trend("http_req_duration"),
  };

  function trend(name: string): Histogram | null {
    const found = metrics.select(name);
    return found?.type === "trend" && found.histogram.count > 0 ? found.histogram : null;
  }
}

function failedChecks({ metrics }: RunProgress): number {
  const checks = metrics.select("checks");
  return checks?.type === "rate" ? checks.total - checks.passes : 0;
}

/**
 * 99th percentile of what came to a histogram since `buckets` were filled, which are filled again;
 * null when nothing came.
 */
function recentP99(now: Histogram, buckets: Map<number, number>): number | null {
  const came: [value: number, count: number][] = [];
  let total = 0;
  for (const [lower, upper, count] of now.buckets()) {
    const more = count - (buckets.get(lower) ?? 0);
    if (more <= 0) continue;
    buckets.set(lower, count);
    came.push([Math.min(now.max, Math.max(now.min, (lower + upper) / 2)), more]);
    total += more;
  }
  let left = Math.floor(0.99 * (total - 1));
  for (const [value, count] of came) {
    if (left < count) return value;
    left -= count;
  }
  return null;
}
