/**
 * Servers to aim at: an httpbin of our own, an echo server and one of packets, on free ports of the
 * loopback unless told otherwise.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { startTarget } from "@downpour/downpour/targets";
 *
 * await using target = startTarget();
 * const response = await fetch(`${target.url}/status/404`);
 * await response.body?.cancel();
 * assert.equal(response.status, 404);
 * ```
 *
 * @module
 */
export { type EchoOptions, type EchoTarget, startEcho } from "./echo.ts";
export { TargetError } from "./errors.ts";
export {
  PACKET_ANSWERS,
  PACKET_SPLITS,
  type PacketAnswer,
  type PacketCounts,
  type PacketHeader,
  type PacketSplit,
  type PacketTarget,
  type PacketTargetOptions,
  startPackets,
} from "./packets/mod.ts";
export { startTarget, type Target, type TargetOptions } from "./target.ts";
