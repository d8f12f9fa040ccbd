import { checkNames } from "../internal/mod.ts";
import { ConnSocket } from "./stream/conn_socket.ts";
import { type EndedConn, showPath } from "./_ends.ts";
import { Events } from "./_events.ts";
import { checkPath } from "./_path.ts";
import { formatAddress } from "./address.ts";
import { netError } from "./errors.ts";
import { unmeasured } from "./measure.ts";
import type { IpcSocket, StreamSocket, TcpSocket } from "./socket.ts";

/** Where `TCP.listen` listens. */
export interface TcpListenOptions {
  /** Name or IP address of the interface. @default {"127.0.0.1"} */
  hostname?: string;
  /** Port, 0 for a free one. @default {0} */
  port?: number;
  /** Accepts TLS connections alone, with this certificate and key (PEM). */
  tls?: TlsListenOptions;
}

/** The server's side of TLS. */
export interface TlsListenOptions {
  /** Certificate, with its chain, PEM. */
  cert: string;
  /** Private key, PEM. */
  key: string;
  /** Protocols to choose from, the preferred one first. */
  alpn?: readonly string[];
}

/**
 * A small server for tests and mocks: iterate it for the sockets that connect. Leaving the loop
 * keeps it listening; `close` ends the loop.
 */
export interface StreamServer<S extends StreamSocket> extends AsyncIterable<S>, AsyncDisposable {
  /** What to give to `open`: for example `127.0.0.1:41234`, or a path. */
  readonly address: string;
  /** The next socket that connects, or null once the server is closed. */
  accept(): Promise<S | null>;
  /** Stops listening; connections not accepted yet are reset, accepted ones stay. */
  close(): void;
}

/** See `TCP.listen`. */
export type TcpServer = StreamServer<TcpSocket>;

/** See `IPC.listen`. */
export type IpcServer = StreamServer<IpcSocket>;

/** See `TCP.listen`. */
export function listenTcp(options: TcpListenOptions = {}): TcpServer {
  checkNames("TCP.listen", options, ["hostname", "port", "tls"]);
  const { hostname = "127.0.0.1", port = 0, tls } = options;
  const asked = formatAddress({ host: hostname, port });
  const listener = listening(asked, () => {
    if (tls === undefined) return Deno.listen({ hostname, port });
    const { cert, key, alpn } = tls;
    return Deno.listenTls({
      ...{ hostname, port, cert, key },
      ...(alpn === undefined ? {} : { alpnProtocols: [...alpn] }),
    });
  });
  const { addr } = listener;
  return new Server<TcpSocket>(
    "tcp",
    listener,
    formatAddress({ host: addr.hostname, port: addr.port }),
  );
}

/** See `IPC.listen`. */
export function listenIpc(path: string = freshPath()): IpcServer {
  checkPath(path);
  const listener = listening(showPath(path), () => Deno.listen({ transport: "unix", path }));
  return new Server<IpcSocket>("ipc", listener, path);
}

/** A path that nobody else has, in the system's temporary folder. */
function freshPath(): string {
  return listening("a fresh path", () => {
    const path = Deno.makeTempFileSync({ prefix: "downpour-", suffix: ".sock" });
    Deno.removeSync(path);
    return path;
  });
}

function listening<T>(asked: string, listen: () => T): T {
  try {
    return listen();
  } catch (cause) {
    throw netError(cause, "listen", asked);
  }
}

/** What Deno's listeners have in common. */
interface Listener {
  accept(): Promise<EndedConn>;
  close(): void;
}

class Server<S extends StreamSocket> implements StreamServer<S> {
  readonly address: string;
  readonly #kind: "tcp" | "ipc";
  readonly #listener: Listener;
  #closed = false;

  constructor(kind: "tcp" | "ipc", listener: Listener, address: string) {
    this.#kind = kind;
    this.#listener = listener;
    this.address = address;
  }

  async accept(): Promise<S | null> {
    if (this.#closed) return null;
    try {
      return accepted(this.#kind, await this.#listener.accept()) as StreamSocket as S;
    } catch (cause) {
      if (this.#closed) return null;
      throw netError(cause, "listen", showPath(this.address));
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<S> {
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

function accepted(kind: "tcp" | "ipc", conn: EndedConn): ConnSocket {
  if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
  return new ConnSocket({
    ...{ kind, base: conn, conn, host: undefined, tls: null, lookedUp: undefined },
    timings: { lookupMs: 0, connectMs: 0, tlsMs: 0 },
    meter: unmeasured(),
    events: new Events(),
    idleTimeoutMs: 0,
  });
}
