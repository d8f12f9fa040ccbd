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
export { type Blocked, blockedRanges } from "./dial/blocked.ts";
export type { Clock } from "./clock.ts";
export type { Conn } from "./conn.ts";
export type { Dialer, DialerOptions } from "./dialer.ts";
export type {
  LookupEntry,
  LookupFunction,
  LookupInfo,
  LookupResult,
} from "./dns/lookup_function.ts";
export { NetError, netError, type NetErrorCode, type NetPhase } from "./errors.ts";
export { IPC, type IpcApi } from "./ipc.ts";
export type { IpcOptions } from "./ipc_options.ts";
export { k6NetCode } from "./k6_codes.ts";
export type {
  IpcServer,
  StreamServer,
  TcpListenOptions,
  TcpServer,
  TlsListenOptions,
} from "./listen.ts";
export { NET_METRICS } from "./measure.ts";
export type { ProxyOption, ProxyOptions } from "./proxy/options.ts";
export {
  type DnsSettings,
  type NetSettings,
  type RunTlsVersion,
  setNetDefaults,
  type TlsAuth,
  type TlsSettings,
} from "./run/mod.ts";
export type {
  ConnectEvent,
  IpcSocket,
  LookupEvent,
  Socket,
  SocketAddress,
  SocketEventHandlers,
  SocketEvents,
  SocketFile,
  SocketKind,
  SocketTimings,
  StartTlsLimits,
  StreamSocket,
  TcpSocket,
} from "./socket.ts";
export { TCP, type TcpApi } from "./tcp.ts";
export type { TcpOptions } from "./tcp_options.ts";
export { throttle, throttled, type ThrottleLimits } from "./throttle/throttle.ts";
export { checkTlsOptions } from "./tls/check_options.ts";
export type { PeerCertificate, PemSource, TlsInfo, TlsOptions, TlsVersion } from "./tls/options.ts";
export type { IpcDatagram, IpcDatagramOptions, IpcDatagramSocket } from "./udp/ipc_datagram.ts";
export type { Datagram, DatagramCounts, UdpSocket } from "./udp/socket.ts";
export { UDP, type UdpApi } from "./udp/udp.ts";
export type { UdpBindOptions, UdpOptions, UdpSocketOptions } from "./udp/options.ts";
