import type { EndedConn } from "../_ends.ts";
import type { Events } from "../_events.ts";
import type { Conn } from "../conn.ts";
import type { Meter } from "../measure.ts";
import type { LookupEvent, Socket, SocketEvents, SocketTimings } from "../socket.ts";
import type { TlsInfo } from "../tls/options.ts";

/** What a socket is made of. */
export interface SocketParts {
  readonly kind: "tcp" | "ipc";
  /** Has the addresses. */
  readonly base: EndedConn;
  /** The bytes: `base`, or what was put on it. */
  readonly conn: Conn;
  readonly timings: SocketTimings;
  readonly meter: Meter;
  readonly events: Events;
  /** The name that was asked for, for TLS; undefined for a socket that was accepted. */
  readonly host: string | undefined;
  readonly tls: TlsInfo | null;
  readonly lookedUp: LookupEvent | undefined;
  /** 0 for no limit. */
  readonly idleTimeoutMs: number;
}

/** What happened once to an open socket, before its user could listen. */
export function pastEvent<E extends keyof SocketEvents>(
  event: E,
  socket: Socket,
  lookedUp: LookupEvent | undefined,
): SocketEvents[E] | undefined {
  const { remoteAddress: address, timings, tls } = socket;
  const past: Partial<SocketEvents> = {
    ...(event === "lookup" && lookedUp !== undefined ? { lookup: lookedUp } : {}),
    ...(event === "connect" ? { connect: { address, durationMs: timings.connectMs } } : {}),
    ...(event === "secureConnect" && tls !== null ? { secureConnect: tls } : {}),
  };
  return past[event];
}
