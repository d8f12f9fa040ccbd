import { ipVersionOf, OptionError } from "../../internal/mod.ts";

import { formatAddress, parseAddress } from "../address.ts";
import { systemLookup } from "../dns/lookup.ts";
import { NetError, netError } from "../errors.ts";
import type { Socket, SocketAddress } from "../socket.ts";
import { DatagramBase, type DatagramParts } from "./_datagram_base.ts";
import type { Ends } from "./_datagram_writer.ts";
import { checkGroup, checkTtl } from "./_multicast.ts";
import type { UdpBackend } from "./backend.ts";

/** A datagram that came over UDP. */
export interface Datagram {
  /** Its bytes; none is a datagram too. Belongs to the receiver. */
  readonly data: Uint8Array;
  /** Who sent it, or says so: sources of datagrams are easily forged. */
  readonly address: SocketAddress;
}

/** Datagrams of one socket, by what became of them. */
export interface DatagramCounts {
  /** Datagrams read. */
  readonly received: number;
  /** Datagrams sent. */
  readonly sent: number;
  /** Those of `received` that were empty. */
  readonly empty: number;
  /** Those of `received` that were longer than the read asked for, and lost their end. */
  readonly cut: number;
  /** Datagrams that were dropped because others than the one peer sent them. */
  readonly stray: number;
  /**
   * How often the system said that nobody is there. It does so for Unix sockets; for UDP (ICMP port
   * unreachable) no version of Deno passes it on yet.
   */
  readonly refused: number;
}

/**
 * A UDP socket (RFC 768), of `UDP.open` with one peer or of `UDP.bind` without.
 *
 * One write is one datagram, one read is one datagram; both may be empty. What arrives is told
 * neither from duplicates nor from what comes late: that is for the protocol above. A read asks for
 * one datagram and nothing is read ahead, so a flood fills the system's buffer, not this process.
 *
 * A peer that isn't there isn't noticed: give `idleTimeoutMs`, or a limit of your own. Should the
 * system tell, it is a `connection_refused`, which ends a socket with one peer and no other.
 */
export interface UdpSocket extends Socket, DatagramCounts, AsyncIterable<Datagram> {
  /** Always `udp`. */
  readonly kind: "udp";
  /** This end's address. */
  readonly localAddress: SocketAddress;
  /**
   * Sends one datagram: to the peer, or without one to `to`, which is `host:port` or the address of
   * a datagram that came. A name is resolved once for each socket, to an address of its IP version.
   *
   * @throws {NetError} `not_connected` without peer and `to`, `datagram_too_large`, `dns_*`,
   * `host_unreachable`, `permission_denied`, `socket_closed`
   */
  send(data: Uint8Array, to?: string | SocketAddress): Promise<number>;
  /** The next datagram, the peer's where there is one; null once the socket is closed. */
  receive(): Promise<Datagram | null>;
  /**
   * Receives what is sent to a multicast group too. The socket must be bound to the group's port,
   * and to `0.0.0.0`, `::` or the group itself.
   *
   * @param networkInterface of IPv4, the interface's address; of IPv6, its index, which takes
   * `--unstable-net` and a socket without `broadcast: false`. Default: the system's choice
   */
  joinMulticast(group: string, networkInterface?: string | number): Promise<void>;
  /** Ends what `joinMulticast` began, with the same arguments. */
  leaveMulticast(group: string, networkInterface?: string | number): Promise<void>;
  /** Whether datagrams may go to broadcast addresses; they may from the start. */
  setBroadcast(allowed: boolean): Promise<void>;
  /**
   * How many routers a multicast datagram may pass, and one: 1 to 255, IPv4 only. For a socket that
   * has joined no group, Deno offers it as an option of opening alone.
   */
  setMulticastTtl(ttl: number): Promise<void>;
  /** Whether multicast datagrams come back to this machine. As `setMulticastTtl`. */
  setMulticastLoopback(on: boolean): Promise<void>;
}

const MAX_NAMES = 1024;

/** Most that fits: 65535 less the headers that count (RFC 768; RFC 8200 §3: IPv6's doesn't). */
const MAX_IPV4 = 65_507;
const MAX_IPV6 = 65_527;

/** What an address of UDP means. */
function udpEnds(ip: string): Ends<Deno.NetAddr> {
  return {
    maxBytes: ipVersionOf(ip) === 6 ? MAX_IPV6 : MAX_IPV4,
    target: `"host:port"`,
    isPeer: ({ hostname, port }) => (from) => from.port === port && from.hostname === hostname,
    show: ({ hostname, port }) => formatAddress({ host: hostname, port }),
  };
}

/** A UDP socket over either backend. */
export class DatagramSocket extends DatagramBase<Deno.NetAddr, Datagram> implements UdpSocket {
  readonly kind = "udp";
  readonly file = null;
  readonly remoteAddress: SocketAddress | null;
  readonly localAddress: SocketAddress;
  readonly #backend: UdpBackend;
  readonly #targets = new Map<string, Promise<Deno.NetAddr>>();
  #resolving: AbortController | undefined;

  /** A socket over a bound backend. @param parts the backend, and what the socket was opened with */
  constructor(parts: DatagramParts<Deno.NetAddr, UdpBackend>) {
    const { backend, peer } = parts;
    super(parts, udpEnds(backend.addr.hostname));
    this.#backend = backend;
    this.localAddress = toAddress(backend.addr);
    this.remoteAddress = peer === undefined ? null : toAddress(peer);
  }

  /** See `receive`. */
  protected override datagram(data: Uint8Array, from: Deno.NetAddr): Datagram {
    return { data, address: toAddress(from) };
  }

  send(data: Uint8Array, to?: string | SocketAddress): Promise<number> {
    if (to === undefined) return this.write(data);
    if (this.remoteAddress !== null) return Promise.reject(this.#hasPeer(to));
    if (typeof to === "string") return this.#sendByName(data, to);
    return this.sendTo(data, { transport: "udp", hostname: to.ip, port: to.port });
  }

  async #sendByName(data: Uint8Array, to: string): Promise<number> {
    let target = this.#targets.get(to);
    if (target === undefined) {
      target = this.#resolve(to);
      if (this.#targets.size >= MAX_NAMES) this.#targets.clear();
      this.#targets.set(to, target);
      target.catch(() => this.#targets.delete(to));
    }
    return this.sendTo(data, await target);
  }

  async #resolve(to: string): Promise<Deno.NetAddr> {
    const { host, port } = parseAddress(to);
    if (ipVersionOf(host) !== 0) return { transport: "udp", hostname: host, port };
    this.#resolving ??= new AbortController();
    const family = ipVersionOf(this.localAddress.ip) === 6 ? 6 : 4;
    const [ip] = await systemLookup(host, family, this.#resolving.signal);
    return { transport: "udp", hostname: ip!, port };
  }

  #hasPeer(to: string | SocketAddress): OptionError {
    const target = typeof to === "string" ? to : formatAddress({ host: to.ip, port: to.port });
    return new OptionError(
      "to",
      `this socket has a peer, it can't send to ${target}: use send(data), or UDP.bind for many`,
    );
  }

  override close(): void {
    const { ip, port } = this.localAddress;
    const where = formatAddress({ host: ip, port });
    this.#resolving?.abort(
      new NetError("socket_closed", `write to ${where} failed: the socket was closed`, {
        phase: "write",
      }),
    );
    super.close();
  }

  joinMulticast(group: string, networkInterface?: string | number): Promise<void> {
    return this.#multicast("joinMulticast", group, networkInterface);
  }

  leaveMulticast(group: string, networkInterface?: string | number): Promise<void> {
    return this.#multicast("leaveMulticast", group, networkInterface);
  }

  async #multicast(
    method: "joinMulticast" | "leaveMulticast",
    group: string,
    networkInterface: string | number | undefined,
  ): Promise<void> {
    checkGroup(group, networkInterface, this.localAddress.ip);
    await this.#set(group, () => this.#backend[method](group, networkInterface));
  }

  setBroadcast(allowed: boolean): Promise<void> {
    return this.#set("broadcast", () => this.#backend.setBroadcast(allowed));
  }

  async setMulticastTtl(ttl: number): Promise<void> {
    checkTtl(ttl);
    await this.#set("multicastTtl", () => this.#backend.setMulticastTtl(ttl));
  }

  setMulticastLoopback(on: boolean): Promise<void> {
    return this.#set("multicastLoopback", () => this.#backend.setMulticastLoopback(on));
  }

  async #set(what: string, set: () => Promise<void>): Promise<void> {
    try {
      await set();
    } catch (cause) {
      throw cause instanceof OptionError ? cause : netError(cause, "listen", what);
    }
  }
}

function toAddress({ hostname, port }: Deno.NetAddr): SocketAddress {
  return { ip: hostname, port };
}
