import { measureColdStarts } from "./cases/cold_start.ts";
import { measureRates } from "./cases/full_rate.ts";
import { runSleepers, type SleepersResult } from "./cases/sleepers.ts";
import { quickRun, scriptRun } from "./downpour.ts";
import { verdict } from "./goals.ts";
import { runCases } from "./http/run_cases.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { bare } from "./peers/bare.ts";
import { findK6 } from "./peers/k6.ts";
import { nginxVersion, startNginx } from "./peers/nginx.ts";
import { Unmeasured } from "./unmeasured.ts";
import { wrk } from "./peers/wrk.ts";
import { formatResults, goals, type HttpResults } from "./report.ts";
import type { Generator } from "./sample.ts";

/** How much `bench http` measures. */
export interface HttpBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement at full rate. */
  readonly seconds: number;
  /** Of each measurement of the cases that are not as long as that. */
  readonly caseSeconds: number;
  /** Of each run of sleeping VUs. */
  readonly sleepSeconds: number;
  /** Timed starts each way. */
  readonly coldRuns: number;
}

const CONNECTIONS = 64;
const SLEEPERS = 5000;
const MANY_SLEEPERS = 20_000;

/** Measures everything that was asked for, prints the tables, writes the JSON. */
export async function runHttpBench(
  folder: string,
  options: HttpBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const { parts } = options;
  const nginx = await nginxVersion();
  if (nginx === null) throw new Error("find nginx: not on the PATH; every measurement needs it");
  const unmeasured = new Unmeasured(log);
  const versions: Record<string, string> = { nginx };
  const generators: Generator[] = [];
  for (const [name, find] of [["wrk", wrk().find], ["k6", findK6]] as const) {
    if (!parts.has(name)) continue;
    const found = await find();
    if (typeof found === "string") unmeasured.skip(name, found);
    else {
      versions[name] = found.version;
      generators.push(found.generator);
    }
  }
  if (parts.has("bare")) generators.push(bare);
  if (parts.has("downpour")) generators.push(quickRun);
  if (parts.has("script")) generators.push(scriptRun);
  const order = ["wrk -t1", bare.name, quickRun.name, scriptRun.name, "k6"];
  generators.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));

  const results: HttpResults = { rates: new Map(), cases: new Map() };
  const attempt = async (name: string, measure: () => Promise<void>): Promise<void> => {
    if (parts.has(name)) await unmeasured.attempt(name, measure);
  };

  if (generators.length > 0) {
    log(`full rate: ${options.rounds} × ${options.seconds} s of ${generators.length} generators`);
    const limitSeconds = (options.rounds + 1) * generators.length * (options.seconds + 60);
    const target = await startNginx(folder, { workers: 1, limitSeconds });
    const load = {
      url: target.url,
      port: target.port,
      connections: CONNECTIONS,
      seconds: options.seconds,
      folder,
    };
    results.rates = await measureRates(generators, options.rounds, load, log);
    await target.stop();
  }
  results.cases = await runCases(folder, {
    ...{ parts, rounds: options.rounds, versions, unmeasured, log },
    ...{ seconds: options.caseSeconds, longSeconds: options.seconds },
  });
  await attempt("sleepers", async () => {
    results.idle = await sleepers(folder, options, {
      vus: 1,
      shards: 1,
      workers: 1,
      pauseSeconds: 1,
    }, log);
    results.sleepers = await sleepers(
      folder,
      options,
      { vus: SLEEPERS, shards: 1, workers: 1, pauseSeconds: 1 },
      log,
    );
  });
  if (results.sleepers?.problem) unmeasured.fail("sleepers", results.sleepers.problem);
  await attempt("starts", async () => {
    // One process may not hold 20,000 sockets where 20,000 files are the limit, on neither side.
    const plan = { vus: MANY_SLEEPERS, shards: 2, workers: 2, ports: 4, pauseSeconds: 5 };
    results.starts = await sleepers(folder, options, plan, log);
  });
  if (results.starts?.problem) unmeasured.fail("starts", results.starts.problem);
  await attempt("cold", async () => {
    log(`first request: ${options.coldRuns} timed starts each way`);
    results.cold = await measureColdStarts(options.coldRuns, folder);
  });

  console.log(formatResults(results));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("http", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts(versions),
    settings: {
      connections: CONNECTIONS,
      rounds: options.rounds,
      seconds: options.seconds,
      caseSeconds: options.caseSeconds,
      sleepSeconds: options.sleepSeconds,
    },
    goals: goals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    ...results,
    rates: Object.fromEntries(results.rates),
    cases: Object.fromEntries(
      [...results.cases].map(([part, rates]) => [part, Object.fromEntries(rates)]),
    ),
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}

/** One run of sleeping VUs against an nginx of its own. */
async function sleepers(
  folder: string,
  options: HttpBenchOptions,
  plan: { vus: number; shards: number; workers: number; ports?: number; pauseSeconds: number },
  log: (line: string) => void,
): Promise<SleepersResult> {
  const seconds = options.sleepSeconds;
  log(`sleeping VUs: ${plan.vus} on ${plan.shards} shard(s), ${seconds} s`);
  const { vus, shards, pauseSeconds, ...server } = plan;
  const target = await startNginx(folder, { ...server, limitSeconds: seconds + 120 });
  try {
    return await runSleepers(target, folder, { vus, shards, pauseSeconds, seconds });
  } finally {
    await target.stop();
  }
}
