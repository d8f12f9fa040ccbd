/**
 * Sockets: the layer that every protocol is built on.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { TCP } from "@downpour/downpour/net";
 *
 * await using server = TCP.listen();
 * const greeting = (async () => {
 *   const peer = await server.accept();
 *   await peer?.write(new TextEncoder().encode("hello"));
 *   peer?.close();
 * })();
 *
 * await using socket = await TCP.open(server.address, { connectTimeoutMs: 1000 });
 * const bytes = await socket.read();
 * assert.equal(new TextDecoder().decode(bytes ?? undefined), "hello");
 * assert.equal(socket.bytesIn, 5);
 * await greeting;
 * ```
 *
 * @module
 */
export { type Address, formatAddress, parseAddress } from "./address.ts";
export { NetError, netError, type NetErrorCode, type NetPhase } from "./errors.ts";
export type { TcpListenOptions, TcpServer } from "./listen.ts";
export type { Socket, SocketAddress, SocketEvents, SocketTimings } from "./socket.ts";
export { TCP, type TcpApi, type TcpOptions } from "./tcp.ts";
