import { type Redact, redactData } from "../internal/mod.ts";
import { systemClock } from "./clock.ts";
import type { RunOptions } from "./options/types.ts";
import type { OutputManager } from "./outputs/mod.ts";
import { nameOf, type RunRequest } from "./request.ts";
import type { LogEntry } from "./result.ts";
import type { ShardGroup } from "./shard_group.ts";

/** The run that outputs are told of. */
export interface OutputRun {
  readonly options: RunOptions;
  readonly group: ShardGroup;
  readonly redact: Redact;
  elapsedMs(): number;
  log(entry: LogEntry): void;
}

/** Opens the outputs of a request; null when it has none. Rejects with what keeps one from opening. */
export async function startOutputs(
  request: RunRequest,
  { options, group, redact, elapsedMs, log }: OutputRun,
): Promise<OutputManager | null> {
  const { outputs = [] } = request;
  if (outputs.length === 0) return null;
  const { OutputManager } = await import("./outputs/mod.ts");
  const { metrics } = group;
  const manager = new OutputManager(outputs, { metrics, elapsedMs, log, clock: systemClock });
  const info = { name: nameOf(request), options, shards: group.all.length };
  await manager.start(redactData(info, redact));
  return manager;
}
