import type { StreamSocket } from "../../net/mod.ts";
import { ConnectionEvents } from "../connection_events.ts";
import type { Emitter } from "../emitter.ts";
import type { ConnectionEventType } from "../events.ts";
import type { Pool } from "../pool.ts";

/** What a call hears of connections: of its own, besides what the client hears of all. */
export interface CallConnections {
  /** The call has got a connection. */
  acquired(socket: StreamSocket): void;
  /** Resolves when all so far was told. @throws what a listener threw */
  settled(): Promise<void>;
  /** The call is over. */
  stop(): void;
}

const TYPES: readonly ConnectionEventType[] = ["connectionReleased", "connectionClosed"];

/** @param client tells the client's listeners; null where it has none */
export function callConnections(
  pool: Pool,
  events: Emitter,
  client: ConnectionEvents | null,
): CallConnections {
  const sockets = new Set<StreamSocket>();
  const own = TYPES.some((type) => events.hasOfCall(type)) ? listen() : null;
  const stop = own === null ? () => {} : pool.watch(own);

  function listen(): ConnectionEvents {
    return new ConnectionEvents(
      (type, data) => events.emitOwn(type, data),
      (socket) => sockets.has(socket),
    );
  }

  return {
    acquired: (socket) => void sockets.add(socket),
    stop,
    async settled() {
      await client?.settled();
      await own?.settled();
    },
  };
}
