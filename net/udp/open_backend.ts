import { formatIp, parseIp } from "../../internal/mod.ts";
import type { UdpBackend, UdpBinding } from "./backend.ts";
import { DenoBackend, denoCan } from "./deno_backend.ts";
import { NodeBackend } from "./node_backend.ts";

/** Binds a UDP socket by Deno's own API, or by Node's where that lacks or can't do what is asked. */
export async function openBackend(binding: UdpBinding): Promise<UdpBackend> {
  return denoCan(binding) ? new DenoBackend(binding) : await NodeBackend.open(binding);
}

/**
 * The address that datagrams to an IP address are sent from: any, or the loopback one for a peer on
 * the loopback net. Names the address of the permission that sending takes.
 */
export function localIpFor(peer: string): string {
  const bytes = parseIp(peer)!;
  if (bytes.length === 4) return bytes[0] === 127 ? "127.0.0.1" : "0.0.0.0";
  return formatIp(bytes) === "::1" ? "::1" : "::";
}

/** A free port of `hostname`, with everything else as the system has it. */
export function plainBinding(hostname: string): UdpBinding {
  return {
    hostname,
    port: 0,
    reuseAddress: false,
    broadcast: undefined,
    multicastTtl: undefined,
    multicastLoopback: true,
  };
}
