import { type StreamSocket, TCP, type TlsOptions } from "../net/mod.ts";
import { currentContext, runInContext } from "../metrics/mod.ts";
import { Connection, type ConnectionOptions } from "./h1/mod.ts";
import { secure } from "./secure.ts";
import type { Target } from "./target.ts";

/** Makes the connection underneath. */
export type Dial = (
  address: string,
  connectTimeoutMs: number,
  signal?: AbortSignal,
) => Promise<StreamSocket>;

/** The default way to connect: TCP without delay. */
export const dialTcp: Dial = (address, connectTimeoutMs, signal) =>
  TCP.open(address, signal ? { connectTimeoutMs, signal } : { connectTimeoutMs });

/**
 * Keep-alive connections of one client. The one used last is taken first, so that a pool that grew
 * in a burst lets its oldest connections go idle and be closed by the peer. Most pools hold one or
 * two connections, and there is one for each virtual user: a list is smaller and faster than a map.
 */
export class Pool {
  readonly #dial: Dial;
  readonly #options: ConnectionOptions;
  readonly #tls: TlsOptions | undefined;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  #last: StreamSocket | null = null;
  #closed = false;

  constructor(dial: Dial, options: ConnectionOptions, tls?: TlsOptions) {
    this.#dial = dial;
    this.#options = options;
    this.#tls = tls;
  }

  /** The socket used last, or null when it is closed. */
  get lastSocket(): StreamSocket | null {
    return this.#last?.active ? this.#last : null;
  }

  /** An idle connection, or undefined when a new one must be made. */
  take(origin: string): Connection | undefined {
    const idle = this.#idle;
    for (let i = idle.length - 1; i >= 0; i--) {
      const connection = idle[i]!;
      if (connection.origin !== origin) continue;
      if (i === idle.length - 1) idle.pop();
      else idle.splice(i, 1);
      this.#last = connection.socket;
      return connection;
    }
    return undefined;
  }

  /** Makes a new connection, which is busy from the start. @throws {NetError} */
  async connect(
    target: Target,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Connection> {
    const begin = performance.now();
    // The connection is the client's, not the iteration's that happens to need it first.
    const socket = await runInContext(
      { ...currentContext(), owned: null },
      () => this.#dial(target.address, timeoutMs, signal),
    );
    if (target.secure || socket.tls !== null) {
      const left = Math.max(1, timeoutMs - (performance.now() - begin));
      try {
        await secure(socket, target, this.#tls, left, signal);
      } catch (error) {
        socket.close();
        throw error;
      }
    }
    const connection = new Connection(socket, target.origin, this.#options, this.#forget);
    this.#all.add(connection);
    this.#last = socket;
    if (this.#closed) connection.close();
    return connection;
  }

  /** Gives a connection back when its exchange is over. */
  put(connection: Connection): void {
    if (connection.usable) this.#idle.push(connection);
  }

  /** Closes all connections; what is under way fails. */
  close(): void {
    this.#closed = true;
    for (const connection of [...this.#all]) connection.close();
  }

  readonly #forget = (connection: Connection): void => {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  };
}
