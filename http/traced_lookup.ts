import { DownpourError } from "../internal/mod.ts";
import type { LookupFunction, StreamSocket } from "../net/mod.ts";
import { defaultLookup, type Found, readLookupResult } from "../net/run/mod.ts";
import type { Trace } from "./trace.ts";

/** The lookup that sockets have here, told of, and with the addresses that the listeners leave. */
export function tracedLookup(trace: Trace): LookupFunction {
  const lookup = defaultLookup();
  return async (host, info) => {
    await trace.tell("lookupStart", { host });
    const begin = performance.now();
    let found: Found[] = [];
    let error: DownpourError | null = null;
    try {
      found = readLookupResult(await lookup(host, info), host);
    } catch (cause) {
      if (!(cause instanceof DownpourError)) throw cause;
      error = cause;
    }
    const durationMs = trace.lookupMs = performance.now() - begin;
    const data = { host, addresses: found.map(({ ip }) => ip), error, durationMs };
    await trace.tell("lookupEnd", data);
    if (error !== null && data.addresses.length === 0) throw error;
    const portOf = new Map(found.map(({ ip, port }) => [ip, port]));
    return data.addresses.map((address) => {
      const port = portOf.get(address); // One that `hosts` has for the name.
      return port === undefined ? address : { address, port };
    });
  };
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
