/**
 * The shard's side of the engine alone: what a shard process loads, without what plans, starts and
 * adds up runs.
 *
 * @module
 */
export { serveShard } from "../shard/serve.ts";
export type { ShardSetup } from "../shard/setup.ts";
