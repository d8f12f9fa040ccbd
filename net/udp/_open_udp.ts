import { formatIp, ipVersionOf, mappedIpv4, OptionError, parseIp } from "../../internal/mod.ts";
import { type AddressOptions, checked, findAddresses } from "../dial/addresses.ts";
import { cutError } from "../_cut_error.ts";
import { refuseBlocked } from "../run/defaults.ts";
import { Cutoff } from "../_cutoff.ts";
import { openFailed } from "../_open_failed.ts";
import { Events } from "../_events.ts";
import { type Address, formatAddress, parseAddress } from "../address.ts";
import { systemLookup } from "../dns/lookup.ts";
import { NetError, netError, type NetPhase } from "../errors.ts";
import { type Meter, meterOf } from "../measure.ts";
import type { LookupEvent, SocketTimings } from "../socket.ts";
import { bindingOf, readBindOptions, readUdpOptions } from "./_udp_plan.ts";
import type { UdpBackend, UdpBinding } from "./backend.ts";
import { localIpFor, openBackend } from "./open_backend.ts";
import { DatagramSocket, type UdpSocket } from "./socket.ts";
import type { UdpBindOptions, UdpOptions } from "./options.ts";

const LOOKUP_TIMEOUT_MS = 30_000;

/** See `UDP.open`. */
export function openUdp(address: string, options: UdpOptions = {}): Promise<UdpSocket> {
  return attempt(options, async (meter, events) => {
    const target = parseAddress(address);
    const wanted = readUdpOptions(options, target);
    refuseBlocked(target);
    const { chosen, lookedUp } = await resolve(target, wanted, options.signal);
    if (lookedUp !== undefined) events.emit("lookup", lookedUp);
    const peer = peerOf(chosen, target);
    const begin = performance.now();
    const hostname = wanted.localAddress ?? localIpFor(peer.hostname);
    const binding = bindingOf(hostname, 0, false, options);
    const backend = await bound(binding, "connect", formatAddress(target), options.signal);
    const connectMs = performance.now() - begin;
    const timings = { lookupMs: lookedUp?.durationMs ?? 0, connectMs, tlsMs: 0 };
    return made(backend, peer, timings, lookedUp, meter, events, options);
  });
}

/** See `UDP.bind`. */
export function bindUdp(options: UdpBindOptions = {}): Promise<UdpSocket> {
  return attempt(options, async (meter, events) => {
    const binding = readBindOptions(options);
    const begin = performance.now();
    const shown = formatAddress({ host: binding.hostname, port: binding.port });
    const backend = await bound(binding, "listen", shown, options.signal);
    const timings = { lookupMs: 0, connectMs: performance.now() - begin, tlsMs: 0 };
    return made(backend, undefined, timings, undefined, meter, events, options);
  });
}

async function attempt(
  { eventHandlers }: UdpOptions | UdpBindOptions,
  open: (meter: Meter, events: Events) => Promise<UdpSocket>,
): Promise<UdpSocket> {
  const meter = meterOf("udp");
  const events = new Events(eventHandlers);
  try {
    return await open(meter, events);
  } catch (error) {
    throw openFailed(error, meter, events);
  }
}

function made(
  backend: UdpBackend,
  peer: Deno.NetAddr | undefined,
  timings: SocketTimings,
  lookedUp: LookupEvent | undefined,
  meter: Meter,
  events: Events,
  { idleTimeoutMs = 0 }: UdpOptions | UdpBindOptions,
): UdpSocket {
  meter.opened(timings);
  const parts = { backend, peer, meter, events, timings, lookedUp, idleTimeoutMs };
  const socket = new DatagramSocket(parts);
  events.emit("connect", { address: socket.remoteAddress, durationMs: timings.connectMs });
  return socket;
}

/** The address to send to, and how it was found if it had to be. */
async function resolve(
  target: Address,
  wanted: AddressOptions,
  signal: AbortSignal | undefined,
): Promise<{ chosen: Address; lookedUp: LookupEvent | undefined }> {
  const { host, port } = target;
  if (ipVersionOf(host) !== 0) {
    checked([target], target, wanted);
    return { chosen: target, lookedUp: undefined };
  }
  const cutoff = new Cutoff(signal, LOOKUP_TIMEOUT_MS);
  const begin = performance.now();
  try {
    cutoff.signal.throwIfAborted();
    const found = await findAddresses(target, wanted, cutoff.signal) ??
      (await systemLookup(host, 0, cutoff.signal)).map((ip) => ({ host: ip, port }));
    const addresses = found.map((address) => address.host);
    const lookedUp = { host, addresses, durationMs: performance.now() - begin };
    // Nothing tells whether an address works, and what listens on a name mostly does so on IPv4:
    // what a run prefers by itself as well.
    const ordered = wanted.names !== undefined && wanted.lookup === undefined;
    const chosen = (ordered ? undefined : found.find(({ host }) => ipVersionOf(host) === 4)) ??
      found[0]!;
    return { chosen, lookedUp };
  } catch (error) {
    throw cutoff.signal.aborted
      ? cutError(cutoff, LOOKUP_TIMEOUT_MS, "lookup", host)
      : netError(error, "lookup", host);
  } finally {
    cutoff.clear();
  }
}

/** The peer as the system will write it, so that its datagrams are known by comparing texts. */
function peerOf({ host, port }: Address, target: Address): Deno.NetAddr {
  const bytes = parseIp(host)!;
  if (bytes.every((byte) => byte === 0)) {
    const reason = `${host} is no host's address, use ${bytes.length === 4 ? "127.0.0.1" : "::1"}`;
    throw new NetError("address_invalid", `connect to ${formatAddress(target)} failed: ${reason}`, {
      phase: "connect",
    });
  }
  return { transport: "udp", hostname: formatIp(mappedIpv4(bytes) ?? bytes), port };
}

async function bound(
  binding: UdpBinding,
  phase: NetPhase & ("connect" | "listen"),
  what: string,
  signal: AbortSignal | undefined,
): Promise<UdpBackend> {
  let backend: UdpBackend;
  try {
    signal?.throwIfAborted();
    backend = await openBackend(binding);
  } catch (cause) {
    throw signal?.aborted ? aborted(phase, what, signal) : bindError(cause, phase, what, binding);
  }
  if (!signal?.aborted) return backend;
  backend.close();
  throw aborted(phase, what, signal);
}

function aborted(phase: "connect" | "listen", what: string, signal: AbortSignal): NetError {
  const action = phase === "connect" ? "connect to" : "listen on";
  return new NetError("aborted", `${action} ${what} aborted`, { phase, cause: signal.reason });
}

function bindError(
  cause: unknown,
  phase: "connect" | "listen",
  what: string,
  { hostname, port }: UdpBinding,
): Error {
  if (cause instanceof Deno.errors.NotCapable && phase === "connect") {
    // The peer's own permission doesn't do: say both.
    const local = formatAddress({ host: hostname, port });
    const message = `connect to ${what} failed: no permission to send from ${local}, ` +
      `run with --allow-net=${what},${local}`;
    return new NetError("permission_denied", message, { phase, cause });
  }
  return cause instanceof OptionError ? cause : netError(cause, phase, what);
}
