import { Histogram, Registry } from "../metrics/mod.ts";
import { parseOptions, type RunInfo, type RunOutput, type RunResult } from "../runner/mod.ts";

/** Parts of a run that tests choose. */
export interface GivenResult extends Partial<RunResult> {
  /** Checks by name, with passes, fails and the group. */
  readonly checks?: readonly (readonly [string, number, number, string?])[];
}

/** A run of 2.5 seconds and three iterations, and what was measured of checks and requests. */
export function resultOf({ checks = [], ...given }: GivenResult = {}): RunResult {
  const metrics = new Registry();
  for (const [name, passes, fails, group = ""] of checks) {
    const metric = { name: "checks", type: "rate", contains: "default" } as const;
    const sink = metrics.sink(metric, metrics.tags.withAll({ check: name, group }));
    for (let i = 0; i < passes + fails; i++) sink.add(i < passes ? 1 : 0);
  }
  const duration = { name: "http_req_duration", type: "trend", contains: "time" } as const;
  metrics.sink(duration, metrics.tags);
  const failed = { name: "http_req_failed", type: "rate", contains: "default" } as const;
  metrics.sink(failed, metrics.tags);
  const iterations = {
    planned: 3,
    started: 3,
    completed: 3,
    interrupted: 0,
    dropped: 0,
    thrown: 0,
    late: 0,
  };
  return {
    name: "load.ts",
    options: parseOptions({ vus: 2, iterations: 3 }),
    startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    durationMs: 2500,
    pausedMs: 0,
    metrics,
    thresholds: [],
    iterations,
    generator: {
      cpuSeconds: 0.1,
      cpuShare: 0.04,
      loopLagP99Ms: 1,
      open: null,
      verdict: "kept-up",
      reasons: [],
    },
    shards: [{
      ...{ index: 0, name: "shard 0", state: "done", reason: null, instead: null },
      ...{ iterations, share: 1, vus: 2, cpuShare: 0.04, lagP99Ms: 1, link: null },
      durations: new Histogram(),
    }],
    complete: true,
    outputs: [],
    vusMax: 2,
    failures: [],
    exitCode: 0,
    handleSummary: null,
    ...given,
  };
}

/** Has an output bring a result to where it goes, as a run does at its end. */
export async function putBy(
  output: RunOutput,
  result: RunResult | null,
  info: Pick<RunInfo, "name"> = { name: "load.ts" },
): Promise<void> {
  await output.start?.(info as RunInfo);
  const payloads: Uint8Array[] = [];
  output.finish?.(result, { put: (payload) => void payloads.push(payload) });
  for (const payload of payloads) await output.send?.(payload, new AbortController().signal);
  await output.close?.();
}
