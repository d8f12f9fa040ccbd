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

/** Parts that may report once a second; more of them report less often, each. */
const PARTS_A_SECOND = 100;
const MAX_DELTA_MS = 10_000;

/** Those of a run that may say how often it is told of, and how soon a shard is lost. @throws {OptionError} */
export function tuningOf(
  { reportMs, parts, lossAfterMs = TUNING.silenceMs }: Pick<
    RunRequest,
    "reportMs" | "parts" | "lossAfterMs"
  >,
): RunTuning {
  if (!(lossAfterMs >= 100 && lossAfterMs <= 3_600_000)) {
    const text = `lossAfterMs must be from 100 to 3600000: ${lossAfterMs}`;
    throw new OptionError("lossAfterMs", text);
  }
  if (reportMs !== undefined && !(reportMs >= 100 && reportMs <= 1000)) {
    throw new OptionError("reportMs", `reportMs must be from 100 to 1000: ${reportMs}`);
  }
  const progressMs = reportMs ?? TUNING.progressMs;
  const load = Math.max(1, (parts?.count ?? 0) / PARTS_A_SECOND);
  const deltaMs = Math.min(MAX_DELTA_MS, Math.round(progressMs * load));
  return { ...TUNING, deltaMs, progressMs, silenceMs: lossAfterMs };
}
