import { DownpourError } from "../internal/mod.ts";
import { parseAddress, TCP, type TcpOptions, type TcpSocket } from "../net/mod.ts";
import { PhaseTimeout } from "./timed_out.ts";
import type { PhaseLimits } from "./timeouts.ts";

const TIMEOUTS: readonly string[] = [
  "request_timeout",
  "dns_timeout",
  "connection_timeout",
  "proxy_timeout",
  "tls_timeout",
];

/** Whether a step of connecting took too long. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DownpourError && TIMEOUTS.includes(error.code);
}

/**
 * `TCP.open` within the limits of lookup and connecting.
 *
 * @param host whom to connect to: the target, or its proxy
 */
export async function openWithin(
  address: string,
  options: TcpOptions,
  { lookup, connecting }: Pick<PhaseLimits, "lookup" | "connecting">,
  host: string = parseAddress(address).host,
): Promise<TcpSocket> {
  const abort = new AbortController();
  let timeout: ["lookup" | "connecting", ms: number] | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = (name: "lookup" | "connecting", ms: number): void => {
    clearTimeout(timer);
    if (ms === Infinity) return;
    timer = setTimeout(() => {
      timeout = [name, ms];
      abort.abort();
    }, ms);
  };
  if (isIp(host)) limit("connecting", connecting);
  else limit("lookup", lookup);
  const signal = options.signal === undefined
    ? abort.signal
    : AbortSignal.any([options.signal, abort.signal]);
  const eventHandlers = { lookup: () => limit("connecting", connecting) };
  try {
    return await TCP.open(address, { ...options, signal, eventHandlers });
  } catch (error) {
    throw timeout === undefined ? error : new PhaseTimeout(...timeout, "connect", error);
  } finally {
    clearTimeout(timer);
  }
}

function isIp(host: string): boolean {
  return host.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** A TLS handshake within the limit of its own. @param timeoutMs what is left of the others */
export async function secureWithin<T>(
  timeoutMs: number,
  { tls }: PhaseLimits,
  startTls: (timeoutMs: number) => Promise<T>,
): Promise<T> {
  try {
    return await startTls(Math.min(timeoutMs, tls));
  } catch (error) {
    if (tls > timeoutMs || !isTimeout(error)) throw error;
    throw new PhaseTimeout("tls", tls, "connect", error);
  }
}
