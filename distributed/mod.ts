/**
 * Runs on many machines: agents that join a pool on NATS, and a coordinator to which each is a shard.
 *
 * @module
 */
export { PoolError, type PoolErrorCode } from "./errors.ts";
export type { Bus } from "./bus/bus.ts";
export {
  natsConfig,
  type NatsConfigOptions,
  type NatsConfigTls,
} from "./bus/config/nats_config.ts";
export { natsBus } from "./bus/nats/bus.ts";
export type { NatsBusOptions, PoolRole } from "./bus/nats/options.ts";
export { joinPool, type MemberOptions, type PoolMember, publicKey } from "./member/mod.ts";
export { AGENTS } from "./names.ts";
export type { AgentsWanted } from "./run/choose_agents.ts";
export type { PoolRun } from "./run/conduct.ts";
export { liveAgents } from "./run/live_agents.ts";
export {
  type AttachOptions,
  attachPoolRun,
  LOSS_AFTER_MS,
  openPoolRun,
  type PoolRunOptions,
} from "./run/pool_run.ts";
export { readSigner, type Signer } from "./run/sign.ts";
export type { AgentCard } from "./wire/mod.ts";
