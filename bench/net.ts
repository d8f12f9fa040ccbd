import { verdict } from "./goals.ts";
import { machineFacts, writeResults } from "./machine.ts";
import { type Case, casesOf } from "./net/cases.ts";
import { makeCertificates, opensslVersion } from "./net/certificates.ts";
import { formatNetResults, netGoals, type NetResults } from "./net/report.ts";
import { findPins, type Pins } from "./net/pin.ts";
import { measureClient, type NetSample } from "./net/sample.ts";
import { startServer } from "./net/start_server.ts";
import { isEnding } from "./process.ts";
import { measureInRounds, messageOf } from "./rounds.ts";

/** How much `bench net` measures. */
export interface NetBenchOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement. */
  readonly seconds: number;
}

/** Measures this package's sockets beside Deno's own, prints the tables, writes the JSON. */
export async function runNetBench(
  folder: string,
  options: NetBenchOptions,
  log: (line: string) => void,
): Promise<void> {
  const { rounds, seconds } = options;
  const parts = new Set(options.parts);
  const skipped: Record<string, string> = {};
  const failed: Record<string, string> = {};
  const versions: Record<string, string> = {};
  if (parts.has("tls")) {
    const openssl = await opensslVersion();
    if (openssl !== null) versions.openssl = openssl;
    else {
      skipped.tls = "openssl is not on the PATH";
      parts.delete("tls");
    }
  }
  const pins = await findPins();
  if (pins === null) log("server and clients share processors: no taskset, or one processor");
  const cases = casesOf(parts);
  const results: NetResults = new Map();
  for (const each of cases) {
    try {
      const samples = await measureCase(folder, each, pins, options, log);
      for (const [name, list] of samples) {
        results.set(name, list);
        const lost = list.filter((sample) => sample === null).length;
        if (lost > 0) failed[name] = `${lost} of ${rounds} rounds`;
      }
    } catch (error) {
      if (isEnding()) throw error;
      failed[each.title] = messageOf(error).split("\n")[0]!; // what follows may hold paths
      log(`${each.title}: ${messageOf(error)}`);
    }
  }
  console.log(formatNetResults(cases, results));
  for (const [name, reason] of Object.entries(skipped)) console.log(`skipped ${name}: ${reason}`);
  for (const [name, reason] of Object.entries(failed)) console.log(`failed ${name}: ${reason}`);
  const path = await writeResults("net", {
    schemaVersion: 1,
    takenAt: new Date().toISOString(),
    machine: await machineFacts(versions),
    settings: { rounds, seconds, pinned: pins !== null },
    goals: netGoals(results).map((goal) => ({ ...goal, reached: verdict(goal) || null })),
    samples: Object.fromEntries(results),
    skipped,
    failed,
  });
  console.log(`\nwritten to ${path}`);
}

/** One case: its subjects in rounds against a server of its own. */
async function measureCase(
  parent: string,
  each: Case,
  pins: Pins | null,
  { rounds, seconds }: NetBenchOptions,
  log: (line: string) => void,
): Promise<NetResults> {
  log(`${each.title}: ${rounds} × ${seconds} s of ${each.subjects.length} clients`);
  const folder = await Deno.makeTempDir({ dir: parent });
  const services = [...new Set(each.subjects.map(({ service }) => service))];
  if (services.includes("tls-echo")) await makeCertificates(folder);
  const limitSeconds = rounds * each.subjects.length * (seconds + 30);
  const server = await startServer(folder, services, { pin: pins?.server ?? [], limitSeconds });
  try {
    const subjects = each.subjects.map((subject) => ({
      name: subject.name,
      measure: () => {
        const address = server.addresses[subject.service]!;
        return Promise.race([
          measureClient(subject, each, { address, folder, pin: pins?.client ?? [] }, seconds),
          server.ended,
        ]);
      },
    }));
    return await measureInRounds(subjects, rounds, (sample) => describe(sample, each), log);
  } finally {
    await server.stop();
  }
}

function describe({ perSecond, cpuUsEach }: NetSample, { units }: Case): string {
  return `${Math.round(perSecond)} ${units}/s, ${cpuUsEach.toFixed(2)} µs CPU each`;
}
