import type { DownpourError } from "../internal/mod.ts";
import type { StreamSocket } from "../net/mod.ts";
import type { ConnectionWatcher } from "./connection_watcher.ts";
import type { Emitter } from "./emitter.ts";
import type { ClientEvents, ClientEventType, ConnectionEventType } from "./events.ts";
import type { Pool } from "./pool.ts";

/** Calls listeners of such an event. */
type Emit = <T extends ConnectionEventType>(type: T, data: ClientEvents[T]) => Promise<void>;

/**
 * Tells what becomes of connections, one thing after the other. That happens also while no call is
 * under way: what a listener throws then is kept for the next one.
 */
export class ConnectionEvents implements ConnectionWatcher {
  readonly #emit: Emit;
  readonly #concerns: (socket: StreamSocket) => boolean;
  #told: Promise<void> = Promise.resolve();
  #thrown: { readonly error: unknown } | undefined;

  /** @param concerns whether a connection is told of */
  constructor(emit: Emit, concerns: (socket: StreamSocket) => boolean) {
    this.#emit = emit;
    this.#concerns = concerns;
  }

  released(socket: StreamSocket): void {
    this.#tell("connectionReleased", { socket });
  }

  closed(socket: StreamSocket, error: DownpourError | null): void {
    this.#tell("connectionClosed", { socket, error });
  }

  /** Resolves when all so far was told. @throws what a listener threw since this was asked last */
  async settled(): Promise<void> {
    await this.#told;
    if (this.#thrown === undefined) return;
    const { error } = this.#thrown;
    this.#thrown = undefined;
    throw error;
  }

  #tell<T extends ConnectionEventType>(type: T, data: ClientEvents[T]): void {
    if (!this.#concerns(data.socket)) return;
    this.#told = this.#told
      .then(() => this.#emit(type, data))
      .catch((error) => void (this.#thrown ??= { error }));
  }
}

/** Whether an event is about connections, whoever uses them. */
export function isOfConnections(type: ClientEventType): type is ConnectionEventType {
  return type === "connectionReleased" || type === "connectionClosed";
}

/** Tells a client's listeners what becomes of its connections from now on. */
export function watchConnections(pool: Pool, events: Emitter): ConnectionEvents {
  const told = new ConnectionEvents((type, data) => events.emit(type, data), () => true);
  pool.watch(told);
  return told;
}
