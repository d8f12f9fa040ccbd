/**
 * The bytes under a stream socket. `Deno.TcpConn`, `Deno.TlsConn` and `Deno.UnixConn` are such; so
 * is a layer that changes what passes through it, put on with `Socket.layer`.
 *
 * One `read` and one `write` are under way at a time; `close` ends both.
 */
export interface Conn {
  /** Reads at most `buffer.length` bytes; resolves with their count, or null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of `data`; resolves with how much of it. */
  write(data: Uint8Array): Promise<number>;
  /** Ends the writing side. */
  closeWrite(): Promise<void>;
  /** Ends everything at once. */
  close(): void;
  /** Keeps the process alive while a read is pending. */
  ref(): void;
  /** Lets the process end although a read is pending. */
  unref(): void;
}
