import { processOptionsOf, type RunRequest } from "./request.ts";
import { inlineShards, processShards, type ShardStarter } from "./shard/mod.ts";

/** How the shards of a run are started: as processes, or within this one. */
export function starterOf(request: RunRequest): ShardStarter {
  if (request.inline) return inlineShards(request.setup);
  return processShards(processOptionsOf(request), request.standby);
}
