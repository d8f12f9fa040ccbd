import type { Socket } from "node:dgram";
import { OptionError } from "../../internal/mod.ts";
import { granted } from "../_granted.ts";
import { formatAddress } from "../address.ts";
import { NetError } from "../errors.ts";
import type { Received, UdpBackend, UdpBinding } from "./backend.ts";

/** Most that waits to be received: about what a socket's buffer in the system holds. */
const MAX_QUEUED = 256;
const MAX_QUEUED_BYTES = 256 * 1024;

/**
 * UDP over `node:dgram`, for what Deno's own sockets don't offer, or where there are none.
 *
 * Its sockets receive whether anybody asks or not, so what comes meanwhile is queued; when the
 * queue is full, datagrams are lost as they are when the system's buffer is.
 */
export class NodeBackend implements UdpBackend {
  readonly addr: Deno.NetAddr;
  readonly #socket: Socket;
  #queue: Received<Deno.NetAddr>[] = [];
  #queuedBytes = 0;
  /** An error that no receive was waiting for. */
  #error: Error | undefined;
  #closed = false;
  #mayBroadcast: boolean;
  #buffer: Uint8Array = new Uint8Array(0);
  #waiting: PromiseWithResolvers<Received<Deno.NetAddr>> | undefined;

  /** @throws what Deno throws: `NotCapable`, or an error with the system's code */
  static async open(binding: UdpBinding): Promise<NodeBackend> {
    const { hostname, port, reuseAddress, broadcast = true, multicastTtl } = binding;
    const ipv6 = hostname.includes(":");
    // Without the permission `bind` throws where nobody can catch it.
    requireNet(hostname, port);
    if (ipv6 && multicastTtl !== undefined) throw noIpv6Ttl(multicastTtl);
    const { createSocket } = await import("node:dgram");
    const socket = createSocket({ type: ipv6 ? "udp6" : "udp4", reuseAddr: reuseAddress });
    const bound = Promise.withResolvers<void>();
    socket.once("error", bound.reject);
    try {
      socket.bind(port, hostname, bound.resolve);
      await bound.promise;
      socket.setBroadcast(broadcast);
      socket.setMulticastLoopback(binding.multicastLoopback);
      if (multicastTtl !== undefined) socket.setMulticastTTL(multicastTtl);
    } catch (error) {
      closeQuietly(socket);
      throw error;
    }
    socket.off("error", bound.reject);
    return new NodeBackend(socket, broadcast);
  }

  /**
   * @param socket bound, or an event emitter that behaves like one
   * @param mayBroadcast whether it is set up to
   */
  constructor(socket: Socket, mayBroadcast: boolean = true) {
    this.#socket = socket;
    this.#mayBroadcast = mayBroadcast;
    const { address, port } = socket.address();
    this.addr = { transport: "udp", hostname: address, port };
    socket.on("message", (data, from) => {
      this.#onMessage(data, { transport: "udp", hostname: from.address, port: from.port });
    });
    socket.on("error", (error) => {
      if (this.#waiting === undefined) this.#error = error;
      else this.#settle().reject(error);
    });
  }

  #onMessage(data: Uint8Array, from: Deno.NetAddr): void {
    if (this.#waiting !== undefined) {
      const buffer = this.#buffer;
      this.#settle().resolve([fill(buffer, data), from]);
    } else if (
      this.#queue.length < MAX_QUEUED && this.#queuedBytes + data.length <= MAX_QUEUED_BYTES
    ) {
      this.#queue.push([data, from]);
      this.#queuedBytes += data.length;
    }
  }

  #settle(): PromiseWithResolvers<Received<Deno.NetAddr>> {
    const waiting = this.#waiting!;
    this.#waiting = undefined;
    return waiting;
  }

  send(data: Uint8Array, to: Deno.NetAddr): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.send(data, to.port, to.hostname, (error, count) => {
        if (error) reject(sendError(error, to, this.#mayBroadcast));
        else resolve(count);
      });
    });
  }

  receive(buffer: Uint8Array): Promise<Received<Deno.NetAddr>> {
    const error = this.#closed ? closedError() : this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(error);
    const queued = this.#queue.shift();
    if (queued !== undefined) {
      this.#queuedBytes -= queued[0].length;
      return Promise.resolve([fill(buffer, queued[0]), queued[1]]);
    }
    this.#buffer = buffer;
    return (this.#waiting = Promise.withResolvers()).promise;
  }

  joinMulticast(group: string, networkInterface?: string | number): Promise<void> {
    return attempt(() => this.#socket.addMembership(group, nodeInterface(networkInterface)));
  }

  leaveMulticast(group: string, networkInterface?: string | number): Promise<void> {
    return attempt(() => this.#socket.dropMembership(group, nodeInterface(networkInterface)));
  }

  setBroadcast(allowed: boolean): Promise<void> {
    return attempt(() => {
      this.#socket.setBroadcast(allowed);
      this.#mayBroadcast = allowed;
    });
  }

  setMulticastTtl(ttl: number): Promise<void> {
    if (this.addr.hostname.includes(":")) return Promise.reject(noIpv6Ttl(ttl));
    return attempt(() => this.#socket.setMulticastTTL(ttl));
  }

  setMulticastLoopback(on: boolean): Promise<void> {
    return attempt(() => this.#socket.setMulticastLoopback(on));
  }

  close(): void {
    this.#closed = true;
    closeQuietly(this.#socket);
    this.#queue = [];
    if (this.#waiting !== undefined) this.#settle().reject(closedError());
  }

  ref(): void {
    this.#socket.ref();
  }

  /** In Deno, has effect from the next datagram on: a receive is under way, and stays as it was. */
  unref(): void {
    this.#socket.unref();
  }
}

function closedError(): Error {
  return new Deno.errors.Interrupted("the socket was closed");
}

function fill(buffer: Uint8Array, data: Uint8Array): Uint8Array {
  const fits = data.length <= buffer.length ? data : data.subarray(0, buffer.length);
  buffer.set(fits);
  return buffer.subarray(0, fits.length);
}

/** Node's options of a socket return at once, and throw. */
function attempt(set: () => void): Promise<void> {
  return new Promise((resolve) => resolve(set()));
}

function closeQuietly(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It was never bound.
  }
}

/** Deno's `node:dgram` knows interfaces by name, and takes an index for the system's choice. */
function nodeInterface(networkInterface: string | number | undefined): string | undefined {
  if (typeof networkInterface !== "number") return networkInterface;
  if (networkInterface === 0) return undefined; // RFC 3493 §5.2: the system's choice.
  const message = `networkInterface ${networkInterface} can't be had on this socket: ` +
    "it takes --unstable-net, and no broadcast: false";
  throw new OptionError("networkInterface", message);
}

function requireNet(hostname: string, port: number): void {
  const host = formatAddress({ host: hostname, port });
  if (granted(host)) return;
  throw new Deno.errors.NotCapable(`Requires net access to "${host}"`);
}

/** Node's layer in Deno calls a missing permission, and most else, UNKNOWN. */
function sendError(error: Error & { code?: string }, to: Deno.NetAddr, mayBroadcast: boolean) {
  try {
    requireNet(to.hostname, to.port);
  } catch (refused) {
    return refused as Error;
  }
  // Which addresses are for broadcast depends on the net's mask; few others end like that.
  if (mayBroadcast || error.code !== "UNKNOWN" || !to.hostname.endsWith(".255")) return error;
  const target = formatAddress({ host: to.hostname, port: to.port });
  const message = `write to ${target} failed: the socket may not broadcast, see setBroadcast`;
  return new NetError("permission_denied", message, { phase: "write", cause: error });
}

function noIpv6Ttl(ttl: number): OptionError {
  return new OptionError("multicastTtl", `multicastTtl is for IPv4 only, not for IPv6: ${ttl}`);
}
