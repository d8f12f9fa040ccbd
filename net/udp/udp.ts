import type { LookupFunction } from "../dns/lookup.ts";
import type { SocketEventHandlers } from "../socket.ts";
import { bindUdp, openUdp } from "./_open_udp.ts";
import type { UdpSocket } from "./socket.ts";

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

/** UDP sockets (seed `http.md`, "Sockets"; RFC 768). */
export interface UdpApi {
  /**
   * Makes a socket with one peer: `host:port`, `1.2.3.4:53` or `[::1]:53`. Datagrams of others are
   * dropped and counted as `stray`; for broadcast and multicast, which others answer, use `bind`.
   *
   * Nothing is sent, so this succeeds whether the peer is there or not, and of a name's addresses
   * one is chosen without trying: the first IPv4 one, or else the first.
   *
   * Deno asks for two permissions: to send to the peer, and to have an address of this machine,
   * for example `--allow-net=10.0.0.5:53,0.0.0.0:0`, or `127.0.0.1:53,127.0.0.1:0`. A name needs
   * a third, for its lookup.
   *
   * @throws {NetError} `address_invalid`, `dns_*`, `address_blocked`, `address_in_use`,
   * `generator_saturated`, `permission_denied`, `aborted`
   * @throws {OptionError} for an option that doesn't exist or a value out of its range
   */
  open(address: string, options?: UdpOptions): Promise<UdpSocket>;
  /**
   * Makes a socket without a peer: `send` takes the target, `receive` tells the source.
   *
   * @throws {NetError} `address_in_use`, `permission_denied`, `generator_saturated`, `aborted`
   * @throws {OptionError} for an option that doesn't exist or a value out of its range
   */
  bind(options?: UdpBindOptions): Promise<UdpSocket>;
}

/** UDP sockets: `UDP.open` for one peer, `UDP.bind` for many. */
export const UDP: UdpApi = { open: openUdp, bind: bindUdp };
