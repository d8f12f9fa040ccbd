/**
 * Packets over TCP and UDP, answered by parsers that are WebAssembly guests.
 *
 * @module
 */
export { PacketError, type PacketErrorCode } from "./errors.ts";
export * from "./guest/mod.ts";
export * from "./load/mod.ts";
export { PACKET_METRICS } from "./metrics.ts";
export type * from "./plan.ts";
