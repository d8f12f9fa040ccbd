import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { type Case, casesOf } from "./net/cases.ts";
import { opensslVersion } from "./net/certificates.ts";
import { findPins, type Pins } from "./net/pin.ts";
import { formatNetResults, netGoals } from "./net/report.ts";
import { playRound } from "./net/round.ts";
import type { NetResults, NetSample } from "./net/sample.ts";
import { Unmeasured } from "./unmeasured.ts";
import { spread } from "./stats.ts";

/** How much `bench net` measures. */
export interface NetBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each client in each round. */
  readonly seconds: number;
}

/** Measures this package's sockets beside Deno's own, prints the tables, writes the JSON. */
export async function runNetBench(
  folder: string,
  options: NetBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const parts = new Set(options.parts);
  const unmeasured = new Unmeasured(log);
  const versions: Record<string, string> = {};
  if (parts.has("tls")) {
    const openssl = await opensslVersion();
    if (openssl !== null) versions.openssl = openssl;
    else {
      unmeasured.skip("tls", "openssl is not on the PATH");
      parts.delete("tls");
    }
  }
  const pins = await findPins();
  const pinned = pins.client.length > 0;
  if (!pinned) log("server and clients share processors: no taskset, or one processor");

  const cases = casesOf(parts);
  const results: NetResults = new Map();
  for (const each of cases) {
    await unmeasured.attempt(
      each.title,
      () => measureCase(folder, each, { ...options, pins }, results, log),
    );
  }

  console.log(formatNetResults(cases, results));
  for (const line of unmeasured.lines()) console.log(line);
  const path = await writeResults("net", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts(versions),
    settings: { rounds: options.rounds, seconds: options.seconds, pinned },
    goals: netGoals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    samples: Object.fromEntries(results),
    skipped: unmeasured.skipped,
    failed: unmeasured.failed,
  });
  console.log(`\nwritten to ${path}`);
}

/** All rounds of a case; what they find is added to `results`. */
async function measureCase(
  parent: string,
  each: Case,
  { rounds, seconds, pins }: NetBenchOptions & { pins: Pins },
  results: NetResults,
  log: (line: string) => void,
): Promise<void> {
  log(`${each.title}: ${rounds} × ${seconds} s of ${each.subjects.length} clients`);
  for (let round = 0; round < rounds; round++) {
    const folder = await Deno.makeTempDir({ dir: parent });
    for (const [name, samples] of await playRound(folder, each, { pins, seconds })) {
      results.set(name, [...results.get(name) ?? [], ...samples]);
      log(`round ${round + 1} of ${rounds}: ${name} ${describe(samples, each)}`);
    }
  }
}

function describe(samples: readonly NetSample[], { units }: Case): string {
  const of = (field: "perSecond" | "cpuUsEach"): number =>
    spread(samples.map((sample) => sample[field]))?.median ?? NaN;
  return `${Math.round(of("perSecond"))} ${units}/s, ${of("cpuUsEach").toFixed(2)} µs CPU each`;
}
