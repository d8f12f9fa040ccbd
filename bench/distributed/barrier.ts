import { downpourCommand, runFlags, summaryValue, takeSummary } from "../downpour.ts";
import { ROOT, runOk } from "../process.ts";
import type { BenchPool } from "./pool.ts";

/** How far apart the agents of a run began. */
export interface BarrierFigure {
  /** From the first iteration of the first to that of the last, by the clock that they share here. */
  readonly spreadMs: number;
  /** How exactly they knew the coordinator's clock, the worst of them. */
  readonly clockErrorMs: number;
}

interface Shards {
  run: {
    shards: { link: { clockErrorMs: number | null } | null }[];
  };
}

/** Runs a short load on all agents of a pool. */
export async function measureBarrier(pool: BenchPool, folder: string): Promise<BarrierFigure> {
  const path = `${folder}/barrier.json`;
  await runOk([
    ...await downpourCommand(),
    ...["run", `${ROOT}bench/scripts/began.ts`, "--on", pool.server.url],
    ...["--env", `BASE=${Date.now()}`],
    ...runFlags({ vus: pool.agents.length, seconds: 2, shards: 1, summary: path }),
  ], { limitSeconds: 60 });
  const summary = await takeSummary(path);
  const [first, last] = ["min", "max"].map((stat) => summaryValue(summary, "bench_began_ms", stat));
  const { run: { shards } } = summary as unknown as Shards;
  return {
    spreadMs: (last ?? NaN) - (first ?? NaN),
    clockErrorMs: Math.max(...shards.map(({ link }) => link?.clockErrorMs ?? NaN)),
  };
}
