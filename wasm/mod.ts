/**
 * Packets over TCP and UDP: sessions by the thousand that send, stamp and flood, and parsers that
 * are WebAssembly guests and answer what comes back. Scripts in the language of `downpour stress`
 * are in `@downpour/downpour/wasm/script`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { startPackets } from "@downpour/downpour/targets";
 * import { PacketLoad } from "@downpour/downpour/wasm";
 *
 * await using target = await startPackets(); // It echoes packets that begin with their length.
 * const load = new PacketLoad({
 *   session: "tcp",
 *   endpoints: [target.address],
 *   headerSize: 4,
 *   length: { start: 0, length: 4, endian: "big" },
 *   bodyMax: 1024,
 *   read: true,
 *   packets: { hello: "\0\0\0\x05hello" },
 * });
 * const session = await load.open();
 * await session.send("hello");
 * const answer = await session.receive();
 * assert.equal(new TextDecoder().decode(answer?.subarray(4)), "hello");
 * load.close();
 * ```
 *
 * @module
 */
export { DownpourError } from "../internal/mod.ts";
export type { Metric } from "../metrics/mod.ts";
export { PacketError, type PacketErrorCode } from "./errors.ts";
export * from "./guest/mod.ts";
export * from "./load/mod.ts";
export { PACKET_METRICS } from "./metrics.ts";
export type * from "./plan.ts";
