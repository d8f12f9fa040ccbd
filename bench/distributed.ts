import { measureBarrier } from "./distributed/barrier.ts";
import { BARRIER_AGENTS, HUNDRED, THOUSAND } from "./distributed/cases.ts";
import { measureKilled } from "./distributed/killed.ts";
import { measureMany } from "./distributed/many.ts";
import { startPool } from "./distributed/pool.ts";
import {
  distributedGoals,
  type DistributedResults,
  formatDistributedResults,
} from "./distributed/report.ts";
import { measureSpeed } from "./distributed/speed.ts";
import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { needChromium } from "./page/programs.ts";
import { findNatsServer } from "./peers/nats.ts";
import { Unmeasured } from "./unmeasured.ts";

/** How much `bench distributed` measures. */
export interface DistributedBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement, about. */
  readonly seconds: number;
}

/** Measures runs on agents of this machine; writes tables and JSON. */
export async function runDistributedBench(
  folder: string,
  { parts, rounds, seconds }: DistributedBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const unmeasured = new Unmeasured(log);
  const results: DistributedResults = {
    ...{ speed: [], barrier: [], killed: [], hundred: [], page: [], thousand: [] },
  };
  const found = await findNatsServer();
  const versions: Record<string, string> = typeof found === "string"
    ? {}
    : { "nats-server": found.version };
  const limitSeconds = 60 + rounds * 10 * (seconds + 15);
  /** Measures one part in all rounds, on agents of its own. */
  const attempt = <T>(
    name: keyof DistributedResults & string,
    into: T[],
    agents: number,
    measure: (pool: Awaited<ReturnType<typeof startPool>>) => Promise<T>,
    each: "round" | "all",
  ) =>
    parts.has(name) && unmeasured.attempt(name, async () => {
      for (let round = 0; round < rounds;) {
        const pool = await startPool(folder, agents, limitSeconds);
        try {
          do into.push(await measure(pool)); while (++round < rounds && each === "all");
        } finally {
          await pool.stop();
        }
      }
    });

  await attempt("speed", results.speed, 2, (pool) => measureSpeed(pool, folder, seconds), "all");
  await attempt(
    ...["barrier", results.barrier, BARRIER_AGENTS] as const,
    ...[
      (pool: Parameters<typeof measureBarrier>[0]) => measureBarrier(pool, folder),
      "all",
    ] as const,
  );
  await attempt("killed", results.killed, 2, measureKilled, "round");
  const many = { hundred: HUNDRED, page: HUNDRED, thousand: THOUSAND } as const;
  for (const name of ["hundred", "page", "thousand"] as const) {
    if (!parts.has(name)) continue;
    const withPage = name === "page";
    await unmeasured.attempt(name, async () => {
      if (withPage) await needChromium(versions);
      for (let round = 0; round < rounds; round++) {
        results[name].push(await measureMany(many[name], folder, 2 * seconds, withPage));
      }
    });
  }

  console.log(formatDistributedResults(results));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("distributed", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts(versions),
    settings: { rounds, seconds, barrierAgents: BARRIER_AGENTS },
    goals: distributedGoals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    ...results,
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}
