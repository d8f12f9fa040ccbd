import { TcpSocket } from "./_tcp_socket.ts";
import { formatAddress } from "./address.ts";
import { netError } from "./errors.ts";
import type { Socket } from "./socket.ts";

/** Where `TCP.listen` listens. */
export interface TcpListenOptions {
  /** Name or IP address of the interface. @default {"127.0.0.1"} */
  hostname?: string;
  /** Port, 0 for a free one. @default {0} */
  port?: number;
}

/**
 * A small TCP server for tests and mocks: iterate it for the sockets that connect. Leaving the loop
 * keeps it listening; `close` ends the loop.
 */
export interface TcpServer extends AsyncIterable<Socket>, AsyncDisposable {
  /** Address to give to `TCP.open`, for example `127.0.0.1:41234`. */
  readonly address: string;
  /** The next socket that connects, or null once the server is closed. */
  accept(): Promise<Socket | null>;
  /** Stops listening; connections not accepted yet are reset, accepted ones stay. */
  close(): void;
}

/** See `TCP.listen`. */
export function listen(options: TcpListenOptions = {}): TcpServer {
  const { hostname = "127.0.0.1", port = 0 } = options;
  let listener: Deno.TcpListener;
  try {
    listener = Deno.listen({ hostname, port });
  } catch (cause) {
    throw netError(cause, "listen", formatAddress({ host: hostname, port }));
  }
  return new Server(listener);
}

class Server implements TcpServer {
  readonly address: string;
  readonly #listener: Deno.TcpListener;
  #closed = false;

  constructor(listener: Deno.TcpListener) {
    this.#listener = listener;
    const { hostname, port } = listener.addr;
    this.address = formatAddress({ host: hostname, port });
  }

  async accept(): Promise<Socket | null> {
    if (this.#closed) return null;
    try {
      const conn = await this.#listener.accept();
      conn.setNoDelay(true);
      // A mock's traffic is no load: it counts for nobody.
      return new TcpSocket(conn, { lookupMs: 0, connectMs: 0 }, { sent: 0, received: 0 });
    } catch (cause) {
      if (this.#closed) return null;
      throw netError(cause, "listen", this.address);
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Socket> {
    for (let socket = await this.accept(); socket !== null; socket = await this.accept()) {
      yield socket;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}
