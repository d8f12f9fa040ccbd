/** Where one end of a socket is. */
export interface SocketAddress {
  /** IP address, without brackets. */
  readonly ip: string;
  /** Port, 1 to 65535. */
  readonly port: number;
}

/** What `Socket.on` can be asked to call: see each event's payload. */
export interface SocketEvents {
  /** Bytes arrived. The view belongs to the listener. */
  data: Uint8Array;
  /** The peer closed its side: no more data comes. */
  end: undefined;
  /** The socket failed; `close` follows. */
  error: Error;
  /** The socket is gone. */
  close: undefined;
}

/** Milliseconds of each phase of opening a socket. A phase that did not take place is 0. */
export interface SocketTimings {
  /** Name resolution. */
  readonly lookupMs: number;
  /** Making the connection, without name resolution. */
  readonly connectMs: number;
}

/**
 * A connected byte stream (seed `http.md`, "Sockets").
 *
 * Reading is either pulled (`read`, `readInto`, `readable`) or pushed (`on("data")`), not both:
 * the second way of the two throws `socket_reading`.
 */
export interface Socket extends AsyncDisposable {
  /** The kind of transport. */
  readonly kind: "tcp";
  /** True while connected: false after `close`, after a failure, and once both sides ended. */
  readonly active: boolean;
  /** The peer's address. */
  readonly remoteAddress: SocketAddress;
  /** This end's address. */
  readonly localAddress: SocketAddress;
  /** Bytes read so far. */
  readonly bytesIn: number;
  /** Bytes written so far. */
  readonly bytesOut: number;
  /** How long opening took. */
  readonly timings: SocketTimings;
  /** Writes all of `data`; resolves with its length once the system has taken it. */
  write(data: Uint8Array): Promise<number>;
  /** The next bytes, at most `limit` (default 16384), in a buffer of their own; null at the end. */
  read(limit?: number): Promise<Uint8Array | null>;
  /** Reads into `buffer`; resolves with the count, or null at the end. Allocates nothing. */
  readInto(buffer: Uint8Array): Promise<number | null>;
  /** The bytes that arrive, as a stream; locks reading to it. */
  readonly readable: ReadableStream<Uint8Array>;
  /** A stream that writes to the socket; closing it ends the writing side. */
  readonly writable: WritableStream<Uint8Array>;
  /** Calls `listener` on each event; returns a function that stops it. */
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
