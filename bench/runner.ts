import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { findPins } from "./net/pin.ts";
import { findK6Path } from "./peers/k6.ts";
import { nginxVersion, startNginx } from "./peers/nginx.ts";
import { Missing, Unmeasured } from "./unmeasured.ts";
import { runArrivals } from "./runner/arrivals.ts";
import { measureEverySample } from "./runner/every_sample.ts";
import { runIdleVus } from "./runner/idle_vus.ts";
import { formatRunnerResults, runnerGoals, type RunnerResults } from "./runner/report.ts";
import { k6Speed, ourSpeed, SPEED_CASES } from "./runner/speed.ts";

/** What `--only` can choose. */
export const RUNNER_PARTS: readonly string[] = [
  ...SPEED_CASES.map(({ part }) => part),
  ...["arrivals", "idle", "samples"],
];

/** How much `bench runner` measures. */
export interface RunnerBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement of speed. */
  readonly seconds: number;
  /** Of the arrivals, and how many a second. */
  readonly arrivals: { readonly seconds: number; readonly rate: number };
  /** VUs that sleep. */
  readonly vus: number;
}

/** Measures the runner itself, beside k6 where it is there; prints the tables, writes the JSON. */
export async function runRunnerBench(
  folder: string,
  options: RunnerBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const { parts, rounds, seconds } = options;
  const results: RunnerResults = { speeds: new Map(), arrivals: [], idle: null, everySample: [] };
  const versions: Record<string, string> = {};
  const unmeasured = new Unmeasured(log);
  const k6 = await findK6Path();
  if (typeof k6 === "string") unmeasured.skip("k6", k6);
  else versions.k6 = k6.version;
  const nginx = await nginxVersion();
  if (nginx !== null) versions.nginx = nginx;
  const attempt = async (name: string, measure: () => Promise<void>): Promise<void> => {
    if (!parts.has(name)) return;
    await unmeasured.attempt(name, () => {
      const needsNginx = ["arrivals", "samples"].includes(name);
      if (needsNginx && nginx === null) throw new Missing("nginx is not on the PATH");
      return measure();
    });
  };

  for (const each of SPEED_CASES) {
    await attempt(each.part, async () => {
      const found = { ours: [], k6: [] } as ReturnType<typeof results.speeds.get> & object;
      results.speeds.set(each.part, found);
      for (let round = 0; round < rounds; round++) {
        found.ours.push(await ourSpeed(each, folder, seconds));
        if (typeof k6 !== "string") found.k6.push(await k6Speed(k6.path, each, folder, seconds));
      }
    });
  }
  await attempt("arrivals", async () => {
    const pins = await findPins();
    const { rate, seconds } = options.arrivals;
    const pin = pins.server;
    const target = await startNginx(folder, { workers: 1, pin, limitSeconds: 6 * seconds + 240 });
    for (const executor of ["constant-arrival-rate", "ramping-arrival-rate"] as const) {
      // Not pinned: its helper threads need what the server leaves.
      const load = { url: target.url, rate, seconds, folder, pin: [] };
      results.arrivals.push(await runArrivals(executor, load));
    }
    await target.stop();
  });
  await attempt("idle", async () => {
    results.idle = {
      one: await runIdleVus(1, 10, folder),
      many: await runIdleVus(options.vus, 10, folder),
    };
  });
  await attempt("samples", async () => {
    const limitSeconds = rounds * 2 * (seconds + 60);
    const target = await startNginx(folder, { workers: 1, limitSeconds });
    for (let round = 0; round < rounds; round++) {
      results.everySample.push(await measureEverySample(target.url, folder, seconds));
    }
    await target.stop();
  });

  console.log(formatRunnerResults(results));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("runner", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts(versions),
    settings: { rounds, seconds, arrivals: options.arrivals, vus: options.vus },
    goals: runnerGoals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    ...results,
    speeds: Object.fromEntries(results.speeds),
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}
