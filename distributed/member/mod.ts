/**
 * Agents of a pool: they take parts of runs and do them with the shards of their machine.
 *
 * @module
 */
export type { MemberOptions } from "./options.ts";
export { joinPool, type PoolMember } from "./pool_member.ts";
export { publicKey } from "./signature.ts";
