import { describeError, isIpv4, normalIp } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import { createRpcClient, type RpcClient } from "./client.ts";

/** How often a server that isn't there yet is tried. */
export interface Backoff {
  /** Milliseconds before the second try; each one after waits twice as long. Default: 20 */
  readonly firstMs: number;
  /** The longest wait, in milliseconds. Default: 1000 */
  readonly mostMs: number;
  /** Milliseconds after which it is given up. Default: 30,000 */
  readonly timeoutMs: number;
}

/** From 20 ms to 1 s between tries, for 30 s. */
export const DEFAULT_BACKOFF: Backoff = { firstMs: 20, mostMs: 1000, timeoutMs: 30_000 };

/** Settings of a connection. */
export interface ConnectRpcOptions {
  /** Gives it up. */
  readonly signal?: AbortSignal;
  /** When it is tried, and for how long. Default: `DEFAULT_BACKOFF` */
  readonly backoff?: Partial<Backoff>;
}

/**
 * Connects to a `net/rpc` server, which may still be about to start.
 *
 * @param address `host:port`, IPv6 in brackets
 * @throws {AgentError} `rpc_address_invalid`; `rpc_unreachable` after the time of the backoff;
 *   `rpc_aborted` by the signal
 */
export async function connectRpc(
  address: string,
  { signal, backoff: given }: ConnectRpcOptions = {},
): Promise<RpcClient> {
  const target = parseAddress(address);
  const backoff = { ...DEFAULT_BACKOFF, ...given };
  const deadline = performance.now() + backoff.timeoutMs;
  for (const waits = backoffWaits(backoff);;) {
    if (signal?.aborted) throw gaveUp(address, signal);
    try {
      const conn = await Deno.connect(target);
      conn.setNoDelay(true);
      return createRpcClient(conn);
    } catch (error) {
      const wait = waits.next().value;
      if (performance.now() + wait >= deadline) {
        const seconds = Math.round(backoff.timeoutMs) / 1000;
        throw new AgentError(
          "rpc_unreachable",
          `nothing listens on ${address} after ${seconds} s: ${describeError(error)}`,
          { phase: "connect", cause: error },
        );
      }
      await sleep(wait, signal);
    }
  }
}

/** Waits that double up to the longest, each shortened by up to a quarter so that tries spread. */
export function* backoffWaits(
  { firstMs, mostMs }: Pick<Backoff, "firstMs" | "mostMs">,
  random: () => number = Math.random,
): Generator<number, never> {
  for (let wait = firstMs;; wait = Math.min(mostMs, wait * 2)) {
    yield Math.min(mostMs, wait) * (1 - random() / 4);
  }
}

/** Takes `host:port` apart. @throws {AgentError} `rpc_address_invalid` */
export function parseAddress(address: string): { hostname: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535) {
    throw new AgentError(
      "rpc_address_invalid",
      `the RPC address is ${JSON.stringify(address)}: give host:port, for example 127.0.0.1:9999`,
    );
  }
  return { hostname: (match[1] ?? match[2])!, port };
}

/** Whether a host is this machine itself: `localhost` or a loopback address. */
export function isLoopback(hostname: string): boolean {
  if (hostname === "localhost") return true;
  const ip = normalIp(hostname);
  return ip === "::1" || (isIpv4(ip) && ip.startsWith("127."));
}

/** Waits; returns early, without an error, when the signal is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

function gaveUp(address: string, signal: AbortSignal): AgentError {
  return new AgentError("rpc_aborted", `connecting to ${address} was given up`, {
    phase: "connect",
    cause: signal.reason,
  });
}
