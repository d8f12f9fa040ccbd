/**
 * Shards: the processes (or this one) that run a part of the load each.
 *
 * @module
 */
export { inlineShards } from "./inline.ts";
export type { ShardLink, ShardStarter } from "./link.ts";
export { processShards } from "./process.ts";
export type { Loaded, ShardControl, ShardSource, ShardStatus } from "./protocol.ts";
export { redactConsole, redactedShards } from "./redacted.ts";
export { serveShard } from "./serve.ts";
export type { ShardSetup } from "./setup.ts";
export { Shard, ShardError, type ShardHooks } from "./shard.ts";
