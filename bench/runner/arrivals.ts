import { downpourCommand, summaryValue, takeSummary } from "../downpour.ts";
import { ROOT, runOk } from "../process.ts";

/** What became of a schedule of arrivals. */
export interface ArrivalsResult {
  readonly executor: string;
  readonly planned: number;
  /** Iterations that the definition of the load asks for. */
  readonly asked: number;
  readonly started: number;
  readonly dropped: number;
  /** 99th percentile of how late iterations started, in milliseconds. */
  readonly latenessP99Ms: number | null;
  readonly failed: number;
  readonly cpuSeconds: number;
}

/** Arrivals by the clock against a target, on one shard. */
export async function runArrivals(
  executor: "constant-arrival-rate" | "ramping-arrival-rate",
  options: { url: string; rate: number; seconds: number; folder: string; pin: readonly string[] },
): Promise<ArrivalsResult> {
  const { url, rate, seconds, folder, pin } = options;
  const summary = `${folder}/arrivals.json`;
  const env = { TARGET: url, RATE: rate, SECONDS: seconds, EXECUTOR: executor };
  const { cpuSeconds } = await runOk([
    ...pin,
    ...await downpourCommand(),
    ...["run", `${ROOT}bench/scripts/arrivals.ts`, "--shards", "1", "--summary-json", summary],
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
  ], { limitSeconds: 2 * seconds + 60 });
  const figures = await takeSummary(summary);
  const { planned, started, dropped } = figures.run.iterations;
  return {
    executor,
    planned,
    asked: rate * seconds, // A ramp down and up lasts twice as long at half the rate.
    started,
    dropped,
    latenessP99Ms: figures.run.generator.open?.startLatenessP99Ms ?? null,
    failed: summaryValue(figures, "http_req_failed", "passes") ?? 0,
    cpuSeconds,
  };
}
