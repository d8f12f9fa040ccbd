import type { SocketAddress, StreamSocket } from "../net/mod.ts";
import type { Protocol } from "./lane.ts";
import type { Timings } from "./samples.ts";

/** What of a connection is told. */
export type ToldSocket = Pick<StreamSocket, "remoteAddress" | "localAddress" | "tls">;

/**
 * What a log says of an exchange besides its bytes: the connection, TLS, and where the time went, a
 * line each.
 *
 * @param socket undefined when there was no connection
 */
export function exchangeFacts(
  socket: ToldSocket | undefined,
  protocol: Protocol | null,
  timings: Timings,
): string[] {
  const facts: string[] = [];
  if (socket !== undefined) {
    const kind = timings.connecting > 0 ? "new" : "reused";
    const from = socket.localAddress === null ? "" : ` from ${place(socket.localAddress)}`;
    const to = socket.remoteAddress === null ? "a Unix socket" : place(socket.remoteAddress);
    facts.push(`${kind} connection to ${to}${from}${protocol === null ? "" : `, ${protocol}`}`);
    const { tls } = socket;
    if (tls !== null) {
      const known = [tls.version, tls.cipher, tls.alpn].filter((one) => one !== null);
      facts.push(["TLS for", tls.serverName, ...known].join(" "));
    }
  }
  const { blocked, lookup, connecting, tls, sending, waiting, receiving } = timings;
  const phases = { blocked, lookup, connecting, tls, sending, waiting, receiving };
  const spent = Object.entries(phases).map(([phase, ms]) => `${phase} ${ms.toFixed(2)}`);
  const total = sending + waiting + receiving;
  facts.push(`ms: ${spent.join(", ")}; request ${total.toFixed(2)}`);
  return facts;
}

function place({ ip, port }: SocketAddress): string {
  return `${ip.includes(":") ? `[${ip}]` : ip}:${port}`;
}
