import { OptionError } from "../../internal/mod.ts";
import type { Received, UdpBackend, UdpBinding } from "./backend.ts";

/** What Deno gives for a joined group. */
interface Membership {
  leave(): Promise<void>;
  setLoopback(on: boolean): Promise<void>;
  setTTL?(ttl: number): Promise<void>;
}

/** `Deno.DatagramConn` has these two; its type doesn't. */
interface Refable {
  ref?(): void;
  unref?(): void;
}

/** Whether this runtime has `Deno.listenDatagram` (`--unstable-net`), and it can do what is asked. */
export function denoCan(binding: UdpBinding): boolean {
  return typeof Deno.listenDatagram === "function" && binding.broadcast !== false &&
    binding.multicastTtl === undefined;
}

/** UDP over `Deno.listenDatagram`. Its sockets may broadcast from the start. */
export class DenoBackend implements UdpBackend {
  readonly addr: Deno.NetAddr;
  readonly #conn: Deno.DatagramConn & Refable;
  readonly #memberships = new Map<string, Membership>();

  constructor(binding: UdpBinding) {
    this.#conn = Deno.listenDatagram({
      transport: "udp",
      hostname: binding.hostname,
      port: binding.port,
      reuseAddress: binding.reuseAddress,
      loopback: binding.multicastLoopback,
    });
    this.addr = this.#conn.addr as Deno.NetAddr;
  }

  send(data: Uint8Array, to: Deno.NetAddr): Promise<number> {
    return this.#conn.send(data, to);
  }

  receive(buffer: Uint8Array): Promise<Received<Deno.NetAddr>> {
    return this.#conn.receive(buffer) as Promise<Received<Deno.NetAddr>>;
  }

  async joinMulticast(group: string, networkInterface?: string | number): Promise<void> {
    const key = keyOf(group, networkInterface);
    if (this.#memberships.has(key)) return;
    const membership = group.includes(":")
      ? await this.#conn.joinMulticastV6(group, Number(networkInterface ?? 0))
      : await this.#conn.joinMulticastV4(group, String(networkInterface ?? "0.0.0.0"));
    this.#memberships.set(key, membership);
  }

  async leaveMulticast(group: string, networkInterface?: string | number): Promise<void> {
    const key = keyOf(group, networkInterface);
    await this.#memberships.get(key)?.leave();
    this.#memberships.delete(key);
  }

  setBroadcast(allowed: boolean): Promise<void> {
    return allowed ? Promise.resolve() : Promise.reject(atOpening("broadcast", allowed));
  }

  async setMulticastTtl(ttl: number): Promise<void> {
    const membership = this.#anyMembership();
    if (membership?.setTTL === undefined) throw atOpening("multicastTtl", ttl);
    await membership.setTTL(ttl);
  }

  async setMulticastLoopback(on: boolean): Promise<void> {
    const membership = this.#anyMembership();
    if (membership === undefined) throw atOpening("multicastLoopback", on);
    await membership.setLoopback(on);
  }

  /** They are options of the socket, but Deno offers them on its groups. */
  #anyMembership(): Membership | undefined {
    return this.#memberships.values().next().value;
  }

  close(): void {
    this.#conn.close();
  }

  ref(): void {
    this.#conn.ref?.();
  }

  unref(): void {
    this.#conn.unref?.();
  }
}

function keyOf(group: string, networkInterface?: string | number): string {
  return `${group} ${networkInterface ?? ""}`;
}

function atOpening(option: string, value: unknown): OptionError {
  return new OptionError(
    option,
    `${option} can't be set on this socket any more: open or bind it with { ${option}: ${value} }`,
  );
}
