import type { Conn } from "./conn.ts";
import type { TlsInfo, TlsOptions } from "./tls/options.ts";

/** The kinds of transport: TCP and Unix streams, UDP and Unix datagrams. */
export type SocketKind = "tcp" | "udp" | "ipc";

/** Where one end of a socket is. */
export interface SocketAddress {
  /** IP address, without brackets. */
  readonly ip: string;
  /** Port, 1 to 65535. */
  readonly port: number;
}

/** The file of a Unix socket. */
export interface SocketFile {
  /** Its path, as it was given. */
  readonly path: string;
}

/** What a name resolved to. */
export interface LookupEvent {
  /** The name that was looked up. */
  readonly host: string;
  /** IP addresses in the order in which they are tried. */
  readonly addresses: readonly string[];
  /** How long it took. */
  readonly durationMs: number;
}

/** A connection that was made. */
export interface ConnectEvent {
  /** The peer, or its proxy; null for a Unix socket. */
  readonly address: SocketAddress | null;
  /** How long it took, without the lookup. */
  readonly durationMs: number;
}

/** What `Socket.on` can be asked to call: see each event's payload. */
export interface SocketEvents {
  /** The name was resolved. */
  lookup: LookupEvent;
  /** The connection was made. */
  connect: ConnectEvent;
  /** The TLS handshake is done. */
  secureConnect: TlsInfo;
  /** Bytes, or one datagram, arrived. The view belongs to the listener. */
  data: Uint8Array;
  /** The system has taken all that was written. */
  drain: undefined;
  /** Nothing was sent or received for `idleTimeoutMs`; `error` follows. */
  timeout: undefined;
  /** The peer closed its side: no more data comes. */
  end: undefined;
  /** The socket failed; `close` follows. */
  error: Error;
  /** The socket is gone. */
  close: undefined;
}

/** Listeners by event: what opening a socket takes as `eventHandlers`. */
export type SocketEventHandlers = {
  readonly [E in keyof SocketEvents]?: (value: SocketEvents[E]) => void;
};

/** Milliseconds of each phase of opening a socket. A phase that did not take place is 0. */
export interface SocketTimings {
  /** Name resolution. */
  readonly lookupMs: number;
  /** Making the connection, without name resolution; the tunnel of a proxy included. */
  readonly connectMs: number;
  /** The TLS handshake. */
  readonly tlsMs: number;
}

/**
 * A socket (seed `http.md`, "Sockets"): the shape that the three kinds have in common.
 *
 * Reading is either pulled (`read`, `readInto`, `readable`) or pushed (`on("data")`), not both:
 * the second way of the two throws `socket_reading`.
 */
export interface Socket extends AsyncDisposable {
  /** The kind of transport. */
  readonly kind: SocketKind;
  /**
   * Connected, for a stream; bound, for datagrams. False after `close`, after a failure, and once
   * both sides ended.
   */
  readonly active: boolean;
  /** The peer's address, or its proxy's; null for Unix sockets and where there is no one peer. */
  readonly remoteAddress: SocketAddress | null;
  /** This end's address; null for Unix sockets. */
  readonly localAddress: SocketAddress | null;
  /** The file of a Unix socket; null for the other kinds. */
  readonly file: SocketFile | null;
  /** What TLS agreed on; null without TLS. */
  readonly tls: TlsInfo | null;
  /** Bytes read so far, without what TLS adds. */
  readonly bytesIn: number;
  /** Bytes written so far, without what TLS adds. */
  readonly bytesOut: number;
  /** How long opening took. */
  readonly timings: SocketTimings;
  /** Writes all of `data`, one datagram of it; resolves with its length once the system has it. */
  write(data: Uint8Array): Promise<number>;
  /**
   * The next bytes, at most `limit` (default 16384), in a buffer of their own; null at the end.
   * Of a datagram socket, the next datagram: what is over the limit of it is lost (default 65535).
   */
  read(limit?: number): Promise<Uint8Array | null>;
  /** Reads into `buffer`; resolves with the count, or null at the end. Allocates nothing. */
  readInto(buffer: Uint8Array): Promise<number | null>;
  /** The bytes that arrive, as a stream of bytes (readers may bring a buffer); locks reading to it. */
  readonly readable: ReadableStream<Uint8Array>;
  /** A stream that writes to the socket; closing it ends the writing side. */
  readonly writable: WritableStream<Uint8Array>;
  /**
   * Calls `listener` on each event; returns a function that stops it. What happened once and before
   * (`lookup`, `connect`, `secureConnect`) is told in the next turn.
   */
  on<E extends keyof SocketEvents>(
    event: E,
    listener: (value: SocketEvents[E]) => void,
  ): () => void;
  /** Ends the writing side: the peer reads an end of file, reading goes on. */
  closeWrite(): Promise<void>;
  /** Closes the socket at once. Safe to call again. */
  close(): void;
  /** Resolves when the socket has closed; rejects with the error that ended it. */
  done(): Promise<void>;
  /** Keeps the process alive while a read is pending (the default). */
  ref(): void;
  /** Lets the process end although a read is pending. */
  unref(): void;
}

/** What ends a TLS handshake before it is done. */
export interface StartTlsLimits {
  /** Longest time of it, in milliseconds. @default {30000} */
  timeoutMs?: number | undefined;
  /** The caller's signal. */
  signal?: AbortSignal | undefined;
}

/** A socket that carries a stream of bytes: TCP and Unix streams. */
export interface StreamSocket extends Socket {
  /** The kind of transport. */
  readonly kind: "tcp" | "ipc";
  /**
   * Makes this socket a TLS one (STARTTLS): from here on all that is read and written is encrypted.
   * Nothing may be read or written meanwhile.
   *
   * @throws {NetError} of the phase `tls`; the socket is closed by then
   */
  startTls(options?: TlsOptions, limits?: StartTlsLimits): Promise<TlsInfo>;
  /**
   * Puts a layer between this socket and what it reads from and writes to: one that delays, counts,
   * records or breaks what passes. For use before the first read and write.
   */
  layer(wrap: (conn: Conn) => Conn): void;
}

/** A TCP socket. */
export interface TcpSocket extends StreamSocket {
  /** Always `tcp`. */
  readonly kind: "tcp";
  /** The peer's address, or its proxy's. */
  readonly remoteAddress: SocketAddress;
  /** This end's address. */
  readonly localAddress: SocketAddress;
}

/** A Unix stream socket. */
export interface IpcSocket extends StreamSocket {
  /** Always `ipc`. */
  readonly kind: "ipc";
  /** Its file. */
  readonly file: SocketFile;
}
