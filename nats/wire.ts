import type { ConnectionOptions, Server } from "@nats-io/nats-core";
import type { Transport } from "@nats-io/nats-core/internal";
import { DownpourError, VERSION } from "../internal/mod.ts";
import { type Context, runInContext } from "../metrics/mod.ts";
import { type StreamSocket, TCP, type TlsOptions } from "../net/mod.ts";
import { natsError } from "./errors.ts";
import { type Output, recycle } from "./output.ts";
import { receive } from "./receive.ts";
import type { Scanner } from "./scan.ts";

/** Bytes of output that are worth a write before the turn has ended. */
const EAGER_BYTES = 64 * 1024;
/** After a failed write, how long what the server said before may take to be read, in ms. */
const LAST_READ_MS = 100;
/** Longest greeting. */
const MAX_INFO = 1024 * 1024;
const NOTHING = new Uint8Array(0);

/** What the connections of one `connect` have in common. */
export interface WireSettings {
  /** Where samples of the sockets go. */
  readonly context: Context;
  /** How long making a connection may take, in milliseconds. */
  readonly timeoutMs: number;
  /** TLS, or null where it wasn't asked for; a server that requires it gets it anyway. */
  readonly tls: TlsOptions | null;
  /** Servers that must speak TLS, as `host:port`: those of `tls://` URLs. */
  readonly tlsServers: ReadonlySet<string>;
  /** TLS before the server's greeting (nats-server's `handshake_first`). */
  readonly handshakeFirst: boolean;
}

/** A transport of nats-core over a socket of `net`: one for each time that a server is dialled. */
export class Wire implements Transport {
  /** For the server's list of connections. */
  readonly lang = "downpour";
  /** For the server's list of connections. */
  readonly version = VERSION;
  /** What broke the connection. */
  closeError?: Error;
  /** Whether it is closed. */
  isClosed = false;
  readonly #settings: WireSettings;
  readonly #output: Output;
  readonly #scanner: Scanner;
  readonly #afterRead: () => boolean;
  readonly #stop = new AbortController();
  readonly #closed = Promise.withResolvers<void | Error>();
  #socket: StreamSocket | undefined;
  /** Whether what is in the output may be written: not before the server has greeted. */
  #flowing = false;
  #writing: Promise<void> | null = null;
  #lastRead: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param output everything that is published
   * @param scanner takes what comes apart
   * @param afterRead is called after each chunk; says whether somebody may have views of it
   */
  constructor(settings: WireSettings, output: Output, scanner: Scanner, afterRead: () => boolean) {
    this.#settings = settings;
    this.#output = output;
    this.#scanner = scanner;
    this.#afterRead = afterRead;
  }

  /** Connects, waits for the greeting, starts TLS. @throws {NetError | NatsError} */
  connect(server: Server, _options: ConnectionOptions): Promise<void> {
    // What it opens ends with the NATS connection, not with the place that opened that.
    const place = { ...this.#settings.context, owned: null };
    return runInContext(place, () => this.#open(server));
  }

  async #open(server: Server): Promise<void> {
    const { timeoutMs, tls, tlsServers, handshakeFirst } = this.#settings;
    const deadline = performance.now() + timeoutMs;
    const left = () => Math.max(1, deadline - performance.now());
    const { signal } = this.#stop;
    const { hostname, port } = server;
    const address = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
    const socket = await TCP.open(address, { connectTimeoutMs: timeoutMs, signal });
    if (this.isClosed) return socket.close();
    this.#socket = socket;
    const wanted = tls !== null || tlsServers.has(server.listen);
    const secure = () => {
      const name = tls?.serverName ?? (server.tlsName || hostname);
      return socket.startTls({ ...tls, serverName: name }, { timeoutMs: left(), signal });
    };
    if (handshakeFirst) await secure();
    const { bytes, end } = await this.#greeting(socket);
    const info = readInfo(bytes.subarray(0, end));
    if (!handshakeFirst) {
      const offered = info.tls_required === true || info.tls_available === true;
      if (wanted && !offered) {
        throw natsError(1002, undefined, `${address} doesn't offer TLS`, "network");
      }
      if (wanted || info.tls_required === true) {
        if (bytes.length > end) throw unexpected(address);
        await secure();
      }
    }
    void this.#receive(socket, bytes);
  }

  async #greeting(socket: StreamSocket): Promise<{ bytes: Uint8Array; end: number }> {
    let bytes: Uint8Array = NOTHING;
    for (;;) {
      const chunk = await socket.read();
      if (chunk === null) {
        throw natsError(
          1002,
          undefined,
          "the server closed the connection before its INFO",
          "network",
        );
      }
      bytes = concat(bytes, chunk);
      const line = bytes.indexOf(10);
      if (line >= 0) return { bytes, end: line + 1 };
      const begin = new TextDecoder().decode(bytes.subarray(0, 4)).toUpperCase();
      if (!"INFO".startsWith(begin.slice(0, 4))) readInfo(bytes);
      if (bytes.length > MAX_INFO) {
        throw natsError(1002, undefined, `the server's INFO is over ${MAX_INFO} bytes`, "protocol");
      }
    }
  }

  async #receive(socket: StreamSocket, first: Uint8Array): Promise<void> {
    try {
      await receive(socket, this.#scanner, first, this.#afterRead);
      this.#end();
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** What is in the output may go from here on. */
  start(): void {
    this.#flowing = true;
    this.flush();
  }

  /** Writes what waits; what is appended meanwhile goes with the next write. */
  flush(): void {
    if (this.#writing === null && this.#flowing && this.#output.pending > 0 && !this.isClosed) {
      this.#writing = this.#write();
    }
  }

  /** Writes before the turn has ended if there is enough to write. */
  eager(): void {
    if (this.#writing === null && this.#output.pending >= EAGER_BYTES) this.flush();
  }

  /** Resolves when all that was appended so far is written, or can't be. */
  async flushed(): Promise<void> {
    this.flush();
    while (this.#writing !== null) await this.#writing;
  }

  async #write(): Promise<void> {
    const socket = this.#socket!;
    try {
      for (let piece = this.#output.take(); piece !== null; piece = this.#output.take()) {
        await socket.write(piece);
        recycle(piece);
        if (this.isClosed) break;
      }
    } catch (error) {
      // Reading tells why: what the server said before it left is still there.
      const cause = error instanceof Error ? error : undefined;
      if (!this.isClosed) this.#lastRead = setTimeout(() => this.#end(cause), LAST_READ_MS);
    } finally {
      this.#writing = null;
    }
  }

  /** Bytes come by `scanner`: nothing is iterated. */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {}

  /** Whether TLS is on. */
  isEncrypted(): boolean {
    return this.#socket?.tls != null;
  }

  /** Writes at once: the greeting, subscriptions after a loss, PONG. */
  send(frame: Uint8Array): void {
    if (this.isClosed || this.#socket === undefined) return;
    this.#socket.write(frame.slice()).catch((error: unknown) => {
      if (error instanceof Error) this.#end(error);
    });
  }

  /** Closes it. */
  close(error?: Error): Promise<void> {
    this.#end(error);
    return Promise.resolve();
  }

  /** Closes it, so that the next is dialled. */
  disconnect(): void {
    this.#end();
  }

  /** Closes it; nobody wants to know. */
  discard(): void {
    this.#end();
  }

  /** Resolves with what broke it once it is closed. */
  closed(): Promise<void | Error> {
    return this.#closed.promise;
  }

  #end(error?: Error): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.#lastRead);
    if (error !== undefined) this.closeError = error;
    this.#stop.abort(new DownpourError("aborted", "the NATS connection was closed"));
    this.#socket?.close();
    this.#closed.resolve(this.closeError);
  }
}

/** What of INFO is looked at before nats-core does. */
interface Greeting {
  readonly tls_required?: unknown;
  readonly tls_available?: unknown;
}

function readInfo(line: Uint8Array): Greeting {
  const text = new TextDecoder().decode(line);
  const json = /^INFO\s+(\{.*\})\s*\r?\n$/is.exec(text)?.[1];
  try {
    const info: unknown = JSON.parse(json ?? "");
    if (typeof info === "object" && info !== null) return info;
  } catch {
    // Told below.
  }
  const shown = JSON.stringify(text.slice(0, 40));
  throw natsError(1002, undefined, `the server's first line is no INFO: ${shown}`, "protocol");
}

function unexpected(address: string) {
  const context = `${address} sent bytes between its INFO and TLS`;
  return natsError(1002, undefined, context, "protocol");
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
