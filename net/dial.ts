import { formatDuration } from "../internal/mod.ts";
import { resolve } from "./_resolve.ts";
import { Slots } from "./_slots.ts";
import { type Address, formatAddress, ipVersionOf } from "./address.ts";
import { NetError, netError, type NetPhase } from "./errors.ts";
import type { SocketTimings } from "./socket.ts";

/** Connections that are being made at once. Few targets take more: their backlog is 128 to 4096. */
const connecting = new Slots(256);

/** How to make a connection. */
export interface DialOptions {
  /** IP version to use: 4, 6, or 0 for both. */
  readonly ipVersion: 0 | 4 | 6;
  /** Limit of lookup and connecting together, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Stops the attempt. */
  readonly signal: AbortSignal | undefined;
}

/** A fresh connection. */
export interface Dialed {
  /** Owned by the caller. */
  readonly conn: Deno.TcpConn;
  /** How long it took. */
  readonly timings: SocketTimings;
}

/**
 * Resolves a host and connects to its addresses in order, each within its share of the time left,
 * until one answers.
 *
 * @throws {NetError} of the phase `lookup` or `connect`; of several addresses, the last one's
 */
export async function dial(address: Address, options: DialOptions): Promise<Dialed> {
  const { host, port } = address;
  const cutoff = new Cutoff(options.signal, options.connectTimeoutMs);
  let phase: NetPhase = "lookup";
  const begin = performance.now();
  let connectBegin = begin;
  try {
    let ips: string[] | null = [host];
    if (ipVersionOf(host) === 0 && !cutoff.signal.aborted) {
      ips = await resolve(host, port, options.ipVersion, cutoff.signal);
      if (ips !== null) connectBegin = performance.now();
    }
    phase = "connect";
    const conn = await connectToAny(ips ?? [host], address, begin, cutoff, options);
    const timings = {
      lookupMs: connectBegin - begin,
      connectMs: performance.now() - connectBegin,
    };
    return { conn, timings };
  } catch (error) {
    throw cutoff.signal.aborted
      ? stopped(cutoff, phase, address, options)
      : netError(error, phase, host);
  } finally {
    cutoff.clear();
  }
}

async function connectToAny(
  ips: readonly string[],
  address: Address,
  begin: number,
  cutoff: Cutoff,
  options: DialOptions,
): Promise<Deno.TcpConn> {
  let last: NetError | undefined;
  for (const [index, ip] of ips.entries()) {
    const left = ips.length - index;
    const share = (options.connectTimeoutMs - (performance.now() - begin)) / left;
    const limit = left === 1 ? cutoff : new Cutoff(cutoff.signal, share);
    try {
      return await connectTo(ip, address.port, limit.signal);
    } catch (error) {
      if (cutoff.signal.aborted) throw error;
      const shown = formatAddress(address);
      const what = ip === address.host ? shown : `${shown} (${ip})`;
      last = limit.signal.aborted
        ? new NetError("tcp_timeout", `connect to ${what} failed: timed out`, { phase: "connect" })
        : netError(error, "connect", what);
      if (last.code === "generator_saturated") break;
    } finally {
      if (limit !== cutoff) limit.clear();
    }
  }
  throw last!;
}

async function connectTo(hostname: string, port: number, signal: AbortSignal) {
  if (!connecting.takeNow()) await connecting.take(signal);
  try {
    const conn = await Deno.connect({ hostname, port, signal });
    if (!signal.aborted) return conn;
    conn.close(); // Made in the same turn as the abort.
    throw signal.reason;
  } finally {
    connecting.give();
  }
}

function stopped(cutoff: Cutoff, phase: NetPhase, address: Address, options: DialOptions) {
  const what = phase === "lookup"
    ? `lookup of ${address.host}`
    : `connect to ${formatAddress(address)}`;
  if (!cutoff.timedOut) {
    return new NetError("aborted", `${what} aborted`, { phase, cause: options.signal?.reason });
  }
  const after = formatDuration(options.connectTimeoutMs);
  const code = phase === "lookup" ? "dns_failed" : "tcp_timeout";
  return new NetError(code, `${what} failed: timed out after ${after}`, { phase });
}

/** A signal that follows another one and a timer; cheaper than `AbortSignal.any`, and clearable. */
class Cutoff {
  timedOut = false;
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #follow = () => this.#controller.abort(this.#parent?.reason);

  constructor(parent: AbortSignal | undefined, ms: number) {
    this.#parent = parent;
    if (parent?.aborted) this.#follow();
    else parent?.addEventListener("abort", this.#follow);
    this.#timer = setTimeout(() => {
      this.timedOut = !this.signal.aborted;
      this.#controller.abort();
    }, ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener("abort", this.#follow);
  }
}
