import type { DownpourError } from "../internal/mod.ts";
import type { StreamSocket } from "../net/mod.ts";

/** Told what becomes of connections, also while nobody uses them. */
export interface ConnectionWatcher {
  /** An exchange on it is over, and it can take another. */
  released(socket: StreamSocket): void;
  /** It was closed; `error` when something ended it. */
  closed(socket: StreamSocket, error: DownpourError | null): void;
}

/** Those who are told. */
export class ConnectionWatchers {
  readonly #all = new Set<ConnectionWatcher>();

  /** One more; returns what takes it away. */
  add(watcher: ConnectionWatcher): () => void {
    this.#all.add(watcher);
    return () => void this.#all.delete(watcher);
  }

  released(socket: StreamSocket): void {
    for (const watcher of this.#all) watcher.released(socket);
  }

  closed(socket: StreamSocket, error: DownpourError | null): void {
    if (socket.active) return; // An upgrade has handed it over.
    for (const watcher of this.#all) watcher.closed(socket, error);
  }
}
