import { describeError } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import { sleep } from "../sleep.ts";
import { parseAddress } from "./address.ts";
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

function gaveUp(address: string, signal: AbortSignal): AgentError {
  return new AgentError("rpc_aborted", `connecting to ${address} was given up`, {
    phase: "connect",
    cause: signal.reason,
  });
}
