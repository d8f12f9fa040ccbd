import { DownpourError } from "../internal/mod.ts";
import { type LookupFunction, NetError, type StreamSocket } from "../net/mod.ts";
import { lookup } from "../net/dns/mod.ts";
import type { Trace } from "./trace.ts";

/** The system's lookup, told of, and with the addresses that the listeners leave. */
export function tracedLookup(trace: Trace): LookupFunction {
  return async (host, { family, signal }) => {
    await trace.tell("lookupStart", { host });
    const begin = performance.now();
    let addresses: string[] = [];
    let error: DownpourError | null = null;
    try {
      const found = await lookup(host, { all: true, family, signal });
      if (Array.isArray(found)) addresses = found.map(({ address }) => address);
      else error = notFound(host);
    } catch (cause) {
      if (!(cause instanceof DownpourError)) throw cause;
      error = cause;
    }
    const durationMs = trace.lookupMs = performance.now() - begin;
    const data = { host, addresses, error, durationMs };
    await trace.tell("lookupEnd", data);
    if (error !== null && data.addresses.length === 0) throw error;
    return data.addresses;
  };
}

function notFound(host: string): NetError {
  const message = `lookup of ${host} failed: there is no such host`;
  return new NetError("dns_not_found", message, { phase: "lookup" });
}

/** Tells of the lookup that a `dial` of the caller's has done, as far as its socket tells. */
export async function tellLookupOf(socket: StreamSocket, trace: Trace): Promise<void> {
  if (!trace.has("lookupEnd")) return;
  const past: { host: string; addresses: readonly string[]; durationMs: number }[] = [];
  const stop = socket.on("lookup", (event) => past.push(event));
  await Promise.resolve(); // A socket tells what was before in the next turn.
  stop();
  for (const { host, addresses, durationMs } of past) {
    await trace.tell("lookupEnd", { host, addresses: [...addresses], error: null, durationMs });
  }
}
