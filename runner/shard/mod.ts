/**
 * Shards: the processes (or this one) that run a part of the load each.
 *
 * @module
 */
export { inlineShards } from "./inline.ts";
export type { LinkInfo } from "../link_info.ts";
export type { ShardLink, ShardStarter } from "./link.ts";
export { type Frame, FrameDecoder, FrameError, MAX_FRAME_BYTES } from "./frames.ts";
export { processShards } from "./process.ts";
export {
  decodeCommand,
  decodeEvent,
  encodeCommand,
  encodeEvent,
  type Loaded,
  type ShardCalls,
  type ShardCommand,
  type ShardControl,
  type ShardEvent,
  type ShardFailure,
  type ShardSource,
  type ShardStatus,
} from "./protocol.ts";
export { redactConsole, redactedShards } from "./redacted.ts";
export { serveShard } from "./serve.ts";
export type { ShardSetup } from "./setup.ts";
export { Shard, ShardError, type ShardHooks } from "./shard.ts";
