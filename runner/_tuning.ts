import { OptionError } from "../internal/mod.ts";
import type { RunRequest } from "./request.ts";
import type { ShardStarter } from "./shard/mod.ts";

/** Intervals and limits of a run, in milliseconds; tests have shorter ones. */
export interface RunTuning {
  readonly heartbeatMs: number;
  /** How often shards send what they measured. */
  readonly deltaMs: number;
  /** How long a shard may say nothing while the load runs, and before that. */
  readonly silenceMs: number;
  readonly initSilenceMs: number;
  /** Limit for loading the script, and for making the VUs. */
  readonly initMs: number;
  readonly progressMs: number;
  readonly thresholdsMs: number;
  /** How much longer than planned the load may take. */
  readonly slackMs: number;
  /** Makes shards, instead of what the request asks for. */
  readonly starter: ShardStarter | null;
}

/** The intervals and limits of every real run. */
export const TUNING: RunTuning = {
  heartbeatMs: 250,
  deltaMs: 1000,
  silenceMs: 5000,
  initSilenceMs: 60_000,
  initMs: 120_000,
  progressMs: 1000,
  thresholdsMs: 2000,
  slackMs: 15_000,
  starter: null,
};

/** Those of a run that may say how often it is told of. @throws {OptionError} */
export function tuningOf({ reportMs }: Pick<RunRequest, "reportMs">): RunTuning {
  if (reportMs === undefined) return TUNING;
  if (reportMs >= 100 && reportMs <= 1000) {
    return { ...TUNING, deltaMs: reportMs, progressMs: reportMs };
  }
  throw new OptionError("reportMs", `reportMs must be from 100 to 1000: ${reportMs}`);
}
