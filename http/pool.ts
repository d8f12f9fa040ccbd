import { TCP } from "../net/mod.ts";
import type { Socket } from "../net/mod.ts";
import { Connection } from "./h1/mod.ts";

/** Makes the connection underneath. */
export type Dial = (
  address: string,
  connectTimeoutMs: number,
  signal?: AbortSignal,
) => Promise<Socket>;

/** The default way to connect: TCP without delay. */
export const dialTcp: Dial = (address, connectTimeoutMs, signal) =>
  TCP.open(address, signal ? { connectTimeoutMs, signal } : { connectTimeoutMs });

/**
 * Keep-alive connections by address. The one used last is taken first, so that a pool that grew in
 * a burst lets its oldest connections go idle and be closed by the peer.
 */
export class Pool {
  readonly #dial: Dial;
  readonly #maxBodyBytes: number;
  readonly #idle = new Map<string, Connection[]>();
  readonly #all = new Map<Connection, string>();
  #last: Socket | null = null;
  #closed = false;

  constructor(dial: Dial, maxBodyBytes: number) {
    this.#dial = dial;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** The socket used last, or null when it is closed. */
  get lastSocket(): Socket | null {
    return this.#last?.active ? this.#last : null;
  }

  /** Connections that are open, busy or not. */
  get size(): number {
    return this.#all.size;
  }

  /** An idle connection, or undefined when a new one must be made. */
  take(address: string): Connection | undefined {
    const connection = this.#idle.get(address)?.pop();
    if (connection !== undefined) this.#last = connection.socket;
    return connection;
  }

  /** Makes a new connection, which is busy from the start. @throws {NetError} */
  async connect(
    address: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Connection> {
    const socket = await this.#dial(address, timeoutMs, signal);
    const connection = new Connection(socket, {
      maxBodyBytes: this.#maxBodyBytes,
      onClosed: this.#forget,
    });
    this.#all.set(connection, address);
    this.#last = socket;
    if (this.#closed) connection.close();
    return connection;
  }

  /** Gives a connection back when its exchange is over. */
  put(connection: Connection, address: string): void {
    if (!connection.usable) return;
    const list = this.#idle.get(address);
    if (list === undefined) this.#idle.set(address, [connection]);
    else list.push(connection);
  }

  /** Closes all connections; what is under way fails. */
  close(): void {
    this.#closed = true;
    for (const connection of [...this.#all.keys()]) connection.close();
    this.#idle.clear();
  }

  readonly #forget = (connection: Connection): void => {
    const address = this.#all.get(connection);
    this.#all.delete(connection);
    const list = address === undefined ? undefined : this.#idle.get(address);
    const at = list?.indexOf(connection) ?? -1;
    if (at >= 0) list!.splice(at, 1);
  };
}
