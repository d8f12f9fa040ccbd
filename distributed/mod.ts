/**
 * Runs on many machines: agents that join a pool on NATS, and a coordinator to which each is a shard.
 *
 * @module
 */
export { PoolError, type PoolErrorCode } from "./errors.ts";
