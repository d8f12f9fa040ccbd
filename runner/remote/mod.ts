/**
 * What shards on other machines are made of: the protocol of shards and their parents, the parents'
 * end of one, and how work is dealt out and added up. Apart from the engine's face, as whoever runs
 * loads needs none of it.
 *
 * @module
 */
export type { SharedImage, SharedInfo } from "../api/mod.ts";
export { type Clock, systemClock } from "../clock.ts";
export { LagHistogram } from "../health.ts";
export { addIterations, noIterations } from "../ledger.ts";
export { shardCount } from "../plan.ts";
export { split, WHOLE } from "../segment.ts";
export { SharedArrays } from "../shared_arrays.ts";
export { permissionsOf } from "../spawn/mod.ts";
export {
  decodeCommand,
  decodeEvent,
  encodeCommand,
  encodeEvent,
  type Frame,
  FrameDecoder,
  FrameError,
  inlineShards,
  type Loaded,
  MAX_FRAME_BYTES,
  processShards,
  Shard,
  type ShardCalls,
  type ShardCommand,
  ShardError,
  type ShardEvent,
  type ShardFailure,
  type ShardHooks,
  type ShardLink,
  type ShardSource,
  type ShardStarter,
  type ShardStatus,
} from "../shard/mod.ts";
