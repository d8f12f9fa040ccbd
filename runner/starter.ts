import { processOptionsOf, type RunRequest } from "./request.ts";
import { inlineShards, processShards, type ShardStarter } from "./shard/mod.ts";

/** How the shards of a run are started: as the request says, as processes, or within this one. */
export function starterOf(request: RunRequest): ShardStarter {
  if (request.starter !== undefined) return request.starter;
  if (request.inline) return inlineShards(request.setup);
  return processShards(processOptionsOf(request), request.standby);
}
