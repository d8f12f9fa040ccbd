import type { Histogram } from "../metrics/mod.ts";
import { LagHistogram } from "./health.ts";
import { noIterations } from "./ledger.ts";
import type { ShardView } from "./result.ts";
import type { Shard } from "./shard/mod.ts";

/** A shard and what it took over. */
export interface Viewed {
  readonly shard: Shard;
  /** Of its iterations, milliseconds. */
  readonly durations: Histogram;
  /** The lost shard that it stands in for, or null. */
  readonly instead: number | null;
  /** When it took over, from the start of the load, milliseconds; null for one of the first. */
  readonly joinedMs: number | null;
}

/**
 * How shards stand at a moment.
 *
 * @param elapsedMs since the start of the load
 */
export function viewShards(shards: readonly Viewed[], elapsedMs: number): ShardView[] {
  const started = shards.reduce((sum, { shard }) => sum + (shard.status?.counts.started ?? 0), 0);
  return shards.map(({ shard, durations, instead, joinedMs }) => {
    const { index, name, lostReason, status } = shard;
    const iterations = { ...status?.counts ?? noIterations() };
    const lag = new LagHistogram();
    lag.addAll(status?.lag ?? []);
    const loadMs = elapsedMs - (joinedMs ?? 0);
    const cores = status?.processes ?? 1;
    return {
      index,
      name,
      state: lostReason !== null ? "lost" : shard.silent ? "silent" : "running",
      reason: lostReason,
      instead,
      iterations,
      durations,
      share: started === 0 ? 0 : iterations.started / started,
      vus: status?.vus.active ?? 0,
      cpuShare: loadMs > 0 && cores > 0 ? (status?.loadCpuMs ?? 0) / loadMs / cores : 0,
      lagP99Ms: lag.percentile(99),
      link: shard.info,
    };
  });
}

/** What is missing of what shards measured, one line for people each. */
export function missingOf(shards: readonly ShardView[]): string[] {
  return shards.flatMap(({ name, link }) => {
    const missing = link?.missing ?? 0;
    if (missing === 0) return [];
    return [`The result is incomplete: ${missing} records of ${name} did not come`];
  });
}
