import type { cpuUsage } from "node:process";
import { ExitCode } from "../internal/mod.ts";
import type { Plan } from "./init.ts";
import { addIterations } from "./ledger.ts";
import type { LiveControl } from "./live_control.ts";
import type { Outcome } from "./outcome.ts";
import type { RunResult } from "./result.ts";
import { missingOf } from "./shard_views.ts";
import type { ShardGroup } from "./shard_group.ts";
import { judgeThresholds } from "./thresholds.ts";

/** What a result is made from once the load is over. */
export interface Ended {
  readonly name: string;
  readonly plan: Plan;
  readonly group: ShardGroup;
  readonly control: LiveControl;
  readonly outcome: Outcome;
  /** When the load began, milliseconds since the epoch. */
  readonly startedAt: number;
  /** How long it took, without pauses. */
  readonly durationMs: number;
  /** This process' CPU use when the run began. */
  readonly cpuBefore: ReturnType<typeof cpuUsage>;
}

/** Settles and judges a run that is over, all but its outputs and `handleSummary`. */
export function makeResult(ended: Ended): RunResult {
  const { name, plan: { options, rules }, group, control, outcome, startedAt, durationMs } = ended;
  const { metrics } = group;
  const shards = group.reports(options, durationMs, control.rates);
  const missing = missingOf(shards);
  for (const text of missing) outcome.fail(text, ExitCode.shardLost);
  const thresholds = judgeThresholds(rules, metrics, durationMs);
  if (thresholds.some(({ ok }) => !ok)) outcome.exit(ExitCode.thresholds);
  const iterations = addIterations(shards.map((shard) => shard.iterations));
  return {
    name,
    options,
    startedAt: Math.round(startedAt),
    durationMs,
    pausedMs: control.lostMs,
    metrics,
    thresholds,
    iterations,
    generator: group.health(options, durationMs, iterations.late, ended.cpuBefore),
    shards,
    complete: missing.length === 0 && group.all.every((one) => group.isAccounted(one)),
    vusMax: group.vus().peak,
    failures: outcome.failures,
    outputs: [],
    exitCode: outcome.exitCode,
    handleSummary: null,
  };
}
