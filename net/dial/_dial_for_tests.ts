import { type Address, formatAddress } from "../address.ts";
import { dial, type Dialed, type DialOptions } from "./dial.ts";
import type { LookupFunction, LookupResult } from "../dns/lookup.ts";

/** A listener on a loopback address, or one that answers nobody. */
export interface Listening extends Disposable {
  /** Its port. */
  readonly port: number;
}

/** Listens on a free port; the system makes the connections, nobody accepts them. */
export function listenOn(hostname: string = "127.0.0.1"): Listening {
  const listener = Deno.listen({ hostname, port: 0 });
  return { port: listener.addr.port, [Symbol.dispose]: () => listener.close() };
}

/** A port of loopback that nobody listens on. */
export function freePort(): number {
  using server = listenOn();
  return server.port;
}

/** A listener whose queue is full: connecting to it hangs. On Linux: others refuse. */
export async function fullListener(hostname: string = "127.0.0.1"): Promise<Listening> {
  const listener = Deno.listen({ hostname, port: 0, tcpBacklog: 1 });
  const waiting: Deno.Conn[] = [];
  const { port } = listener.addr;
  for (let i = 0; i < 8; i++) {
    const signal = AbortSignal.timeout(250);
    try {
      waiting.push(await Deno.connect({ hostname, port, signal }));
    } catch {
      if (waiting.length > 1) break; // Two fit in: with fewer it was this machine that took too long.
    }
  }
  return {
    port,
    [Symbol.dispose]() {
      for (const conn of waiting) conn.close();
      listener.close();
    },
  };
}

/** `dial` with default options. */
export async function dialTo(target: Address, options: Partial<DialOptions>): Promise<Dialed> {
  return await dial(target, {
    ipVersion: 0,
    connectTimeoutMs: 30_000,
    signal: undefined,
    ...options,
  });
}

/** Dials a name that only a lookup function knows. */
export function dialName(options: Partial<DialOptions>, port: number = 9): Promise<Dialed> {
  return dialTo({ host: "some.test", port }, options);
}

/** A lookup function that always finds the same. */
export function finds(result: LookupResult): LookupFunction {
  return () => result;
}

/** Where a dialled connection goes to; closes it. */
export async function peerOf(dialing: Promise<Dialed>): Promise<string> {
  const { conn } = await dialing;
  const { hostname, port } = conn.remoteAddr;
  conn.close();
  return formatAddress({ host: hostname, port });
}

/** Puts a function in the place of `Deno.connect`; connecting rejects with what it throws. */
export function replaceConnect(
  connect: (
    options: { hostname: string; port: number; signal: AbortSignal },
  ) => Promise<Deno.TcpConn>,
): Disposable {
  const original = Deno.connect;
  const replacement = (options: { hostname: string; port: number; signal: AbortSignal }) =>
    new Promise((resolve) => resolve(connect(options)));
  Deno.connect = replacement as unknown as typeof Deno.connect;
  return { [Symbol.dispose]: () => void (Deno.connect = original) };
}
