import { redactData, redactError } from "../internal/mod.ts";
import { checkFunctions, loadShard, shardSource } from "./init.ts";
import { type MergedOptions, mergeOptions, readOptions } from "./options/mod.ts";
import type { RunOptions } from "./options/types.ts";
import { longestMs, ownVUs } from "./plan.ts";
import { redactedLog, redactOf } from "./redaction.ts";
import { optionTiers, type RunEvents, type RunRequest } from "./request.ts";
import { redactedShards } from "./shard/mod.ts";
import { ShardGroup } from "./shard_group.ts";
import { starterOf } from "./starter.ts";
import { compileThresholds } from "./thresholds.ts";
import { TUNING } from "./_tuning.ts";

/** What a request would run. */
export interface Inspection {
  /** The options as the run would have them. */
  readonly options: RunOptions;
  /** What was set, as it was written, and where. */
  readonly merged: MergedOptions;
  /** Most VUs that this run's segment may use (k6's `maxVUs`). */
  readonly maxVUs: number;
  /** When the load has ended at the latest, graceful stops included (k6's `totalDuration`). */
  readonly totalDurationMs: number;
}

/**
 * Loads a script in one shard, without calling any of its functions, and says what would run.
 * Rejects as `startRun`'s result does.
 */
export async function inspectRun(request: RunRequest, events: RunEvents = {}): Promise<Inspection> {
  const redact = redactOf(request);
  const group = new ShardGroup(redactedShards(starterOf(request), redact), {
    redact,
    log: redactedLog(events.log, redact),
    samples: null,
    far: request.starter !== undefined,
    opens: [],
    fail: () => {},
    abort: () => {},
    lost: () => {},
  });
  try {
    const shard = group.add();
    const loaded = await loadShard(shard, await shardSource(request), request, TUNING);
    const merged = mergeOptions(optionTiers(request, loaded.options));
    const options = readOptions(merged);
    compileThresholds(options, loaded.metrics);
    checkFunctions(options, loaded);
    const inspection = {
      options,
      merged,
      maxVUs: ownVUs(options),
      totalDurationMs: longestMs(options),
    };
    return redactData(inspection, redact);
  } catch (error) {
    redactError(error, redact);
    throw error;
  } finally {
    await group.close();
  }
}
