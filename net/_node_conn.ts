import type { Socket } from "node:net";
import type { Conn } from "./conn.ts";

/**
 * A socket of `node:net` or `node:tls` as a `Conn`: for what Deno's own sockets can't do.
 *
 * It takes the socket over: nobody else may read, write or listen to it from here on.
 */
export function nodeConn(socket: Socket): NodeConn {
  return new NodeConn(socket);
}

/** See `nodeConn`. Fails with the same errors as Deno's connections. */
export class NodeConn implements Conn {
  readonly #socket: Socket;
  #closed = false;
  #ended = false;
  #error: Error | undefined;
  #pendingRead: PendingRead | undefined;
  #pendingWrite: PendingWrite | undefined;

  /** Takes `socket` over; it is connected. */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.allowHalfOpen = true; // The end of reading isn't the end of writing.
    socket.on("readable", () => this.#serveRead());
    socket.on("end", () => {
      this.#ended = true;
      this.#serveRead();
    });
    socket.on("error", (error: Error) => this.#fail(error));
    socket.on("close", () => {
      if (!this.#ended) this.#fail(new Deno.errors.ConnectionAborted("the connection is gone"));
      this.#pendingWrite?.reject(this.#failure());
    });
  }

  /** This end's address. */
  get localAddr(): Deno.NetAddr {
    const { localAddress, localPort } = this.#socket;
    return { transport: "tcp", hostname: localAddress ?? "", port: localPort ?? 0 };
  }

  /** The peer's address. */
  get remoteAddr(): Deno.NetAddr {
    const { remoteAddress, remotePort } = this.#socket;
    return { transport: "tcp", hostname: remoteAddress ?? "", port: remotePort ?? 0 };
  }

  /** Reads at most `buffer.length` bytes; null at the end. */
  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#pendingRead !== undefined) {
      return Promise.reject(new Deno.errors.Busy("a read is under way"));
    }
    return new Promise((resolve, reject) => {
      this.#pendingRead = { buffer, resolve, reject };
      this.#serveRead();
    });
  }

  #serveRead(): void {
    const pending = this.#pendingRead;
    if (pending === undefined) return;
    const { buffer } = pending;
    let count: number | null = 0;
    if (this.#closed) return this.#endRead()?.reject(this.#failure());
    if (buffer.length > 0) {
      // Without a count read() gives all that there is, which may be more than the buffer takes.
      const chunk = this.#take(buffer.length);
      if (chunk === null) {
        if (this.#error !== undefined) return this.#endRead()?.reject(this.#error);
        if (!this.#ended) return;
        count = null;
      } else {
        buffer.set(chunk);
        count = chunk.length;
      }
    }
    this.#endRead()?.resolve(count);
  }

  #take(limit: number): Uint8Array | null {
    const { readableLength } = this.#socket;
    // read() is what makes the socket notice its end.
    if (readableLength === 0) return this.#ended ? null : this.#socket.read();
    return this.#socket.read(Math.min(limit, readableLength));
  }

  #endRead(): PendingRead | undefined {
    const pending = this.#pendingRead;
    this.#pendingRead = undefined;
    return pending;
  }

  /** Writes all of `data`; resolves when the socket has passed it on. */
  write(data: Uint8Array): Promise<number> {
    return this.#writing((done) => this.#socket.write(data, done)).then(() => data.length);
  }

  /** Ends the writing side. */
  closeWrite(): Promise<void> {
    return this.#writing((done) => this.#socket.end(done));
  }

  #writing(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    if (this.#closed || this.#error !== undefined) return Promise.reject(this.#failure());
    if (this.#pendingWrite !== undefined) {
      return Promise.reject(new Deno.errors.Busy("a write is under way"));
    }
    const pending = Promise.withResolvers<void>();
    this.#pendingWrite = pending;
    start((error) => {
      if (this.#pendingWrite === pending) this.#pendingWrite = undefined;
      if (error) pending.reject(this.#closed ? this.#failure() : error);
      else pending.resolve();
    });
    return pending.promise;
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#endRead()?.reject(this.#failure());
    this.#pendingWrite?.reject(this.#failure());
    this.#pendingWrite = undefined;
  }

  #failure(): Error {
    if (this.#closed) return new Deno.errors.Interrupted("the connection was closed");
    return this.#error ?? new Deno.errors.BrokenPipe("the writing side has ended");
  }

  /** Ends both sides at once; what is under way rejects. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endRead()?.reject(this.#failure());
    this.#pendingWrite?.reject(this.#failure());
    this.#pendingWrite = undefined;
    this.#socket.destroy();
  }

  /** Keeps the process alive while the socket is open (the default). */
  ref(): void {
    this.#socket.ref();
  }

  /** Lets the process end although the socket is open. */
  unref(): void {
    this.#socket.unref();
  }

  /** Whether small writes are sent at once. */
  setNoDelay(noDelay: boolean = true): void {
    this.#socket.setNoDelay(noDelay);
  }

  /** Whether probes are sent while the connection is idle. */
  setKeepAlive(keepAlive: boolean = true): void {
    this.#socket.setKeepAlive(keepAlive);
  }
}

interface PendingRead {
  readonly buffer: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

type PendingWrite = PromiseWithResolvers<void>;
