import { measureRates, type RateResults } from "../cases/full_rate.ts";
import { findPins, NO_PINS } from "../net/pin.ts";
import { Missing, type Unmeasured } from "../unmeasured.ts";
import type { Generator } from "../sample.ts";
import { CASES, type HttpCase, isTooSmallFor } from "./cases.ts";
import { missingFor, startTarget } from "./targets.ts";

/** What cases found, by the names of their parts. */
export type CaseResults = Map<string, RateResults>;

/** How cases are measured, and who hears of what does not work. */
export interface CaseOptions {
  /** Names from `--only`. */
  readonly parts: ReadonlySet<string>;
  readonly rounds: number;
  /** Of each measurement, and of those of a long case. */
  readonly seconds: number;
  readonly longSeconds: number;
  /** Versions of what takes part are added. */
  readonly versions: Record<string, string>;
  readonly unmeasured: Unmeasured;
  log(line: string): void;
}

/** Measures the cases that were asked for, each against a server of its own. */
export async function runCases(folder: string, options: CaseOptions): Promise<CaseResults> {
  const results: CaseResults = new Map();
  for (const each of CASES) {
    if (!options.parts.has(each.part)) continue;
    await options.unmeasured.attempt(each.part, async () => {
      const missing = await missingFor(each.target, options.versions);
      if (missing !== null) throw new Missing(missing);
      const generators = await generatorsOf(each, options);
      results.set(each.part, await runCase(folder, each, generators, options));
    });
  }
  return results;
}

/** Those of a case that this machine has. */
async function generatorsOf(each: HttpCase, options: CaseOptions): Promise<Generator[]> {
  const found: Generator[] = [];
  for (const { program, find } of each.peers) {
    const peer = await find();
    if (typeof peer === "string") options.unmeasured.skip(`${each.part}: ${program}`, peer);
    else {
      options.versions[program] = peer.version;
      found.push(peer.generator);
    }
  }
  return [...found, ...each.generators];
}

async function runCase(
  parent: string,
  each: HttpCase,
  generators: readonly Generator[],
  { rounds, log, ...options }: CaseOptions,
): Promise<RateResults> {
  const seconds = each.long ? options.longSeconds : options.seconds;
  const folder = await Deno.makeTempDir({ dir: parent });
  await Deno.chmod(folder, 0o711); // Started by root, nginx reads files as nobody.
  const pins = isTooSmallFor(each) ? NO_PINS : await findPins("others");
  log(`${each.title}: ${rounds} × ${seconds} s of ${generators.length} generators`);
  const limitSeconds = (rounds + 1) * generators.length * (seconds + 60);
  const target = await startTarget(folder, each.target, { pin: pins.server, limitSeconds });
  try {
    const { url, port, caFile } = target;
    return await measureRates(generators.map(refuseFailures), rounds, {
      ...{ url, port, ...(caFile === undefined ? {} : { caFile }) },
      ...{ connections: each.connections, seconds, folder, pin: pins.client },
    }, log);
  } finally {
    await target.stop();
  }
}

/** A generator whose figures don't count when more than one request in a hundred failed. */
export function refuseFailures({ name, measure }: Generator): Generator {
  return {
    name,
    async measure(load) {
      const sample = await measure(load);
      if (sample.failed * 100 <= sample.requests) return sample;
      throw new Error(`${sample.failed} of ${sample.requests} requests failed`);
    },
  };
}
