import type { LookupFunction } from "../dns/lookup.ts";
import type { SocketEventHandlers } from "../socket.ts";

/** What both ways of making a UDP socket take. */
export interface UdpSocketOptions {
  /** Whether datagrams may go to broadcast addresses. @default {true} */
  broadcast?: boolean;
  /** How many routers a multicast datagram may pass, and one: 1 to 255. IPv4 only. @default {1} */
  multicastTtl?: number;
  /** Whether multicast datagrams come back to this machine. @default {true} */
  multicastLoopback?: boolean;
  /** Fails the open socket when nothing went or came for so many milliseconds. Default: never. */
  idleTimeoutMs?: number;
  /** Stops the opening; has no effect on an open socket. */
  signal?: AbortSignal;
  /** Listeners from the start, for what happens before the socket is there. */
  eventHandlers?: SocketEventHandlers;
}

/** How `UDP.open` makes a socket. */
export interface UdpOptions extends UdpSocketOptions {
  /** IP version to use: 4, 6, or 0 for either, IPv4 first. @default {0} */
  ipVersion?: 0 | 4 | 6;
  /** Resolves the host's name; null for the system's way. Its answer is final. @default {null} */
  lookup?: LookupFunction | null;
  /**
   * IP address of this machine to send from. Default: the loopback one to a loopback address,
   * otherwise the system's choice.
   */
  localAddress?: string;
  /** Ranges and addresses that must not be sent to, as in `10.0.0.0/8`. */
  blockedRanges?: readonly string[];
}

/** Where `UDP.bind` binds a socket. */
export interface UdpBindOptions extends UdpSocketOptions {
  /** Name or IP address of the interface. @default {"127.0.0.1"} */
  hostname?: string;
  /** Port, 0 for a free one. @default {0} */
  port?: number;
  /** Share the port with other sockets that do so, as receivers of one multicast group. @default {false} */
  reuseAddress?: boolean;
}
