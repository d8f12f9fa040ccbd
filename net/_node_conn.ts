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
  #writeEnded = false;
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
      else this.#rejectPending();
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
    if (this.#closed || this.#error !== undefined) return Promise.reject(this.#failure());
    return new Promise((resolve, reject) => {
      this.#pendingRead = { buffer, resolve, reject };
      this.#serveRead();
    });
  }

  /** Settles the pending read, if there is something for it. */
  #serveRead(): void {
    const pending = this.#pendingRead;
    if (pending === undefined) return;
    const count = this.#readNow(pending.buffer);
    if (count === undefined) return;
    this.#pendingRead = undefined;
    pending.resolve(count);
  }

  #readNow(buffer: Uint8Array): number | null | undefined {
    if (buffer.length === 0) return 0;
    const socket = this.#socket;
    if (socket.readableLength === 0) socket.read(0); // Makes it fetch more, or notice its end.
    // A count above what is there would give nothing.
    const count = Math.min(buffer.length, socket.readableLength);
    const chunk: Uint8Array | null = count === 0 ? null : socket.read(count);
    if (chunk === null) return this.#ended ? null : undefined;
    buffer.set(chunk);
    return count;
  }

  /** Writes all of `data`; resolves when the socket has passed it on. */
  write(data: Uint8Array): Promise<number> {
    return this.#writing((done) => this.#socket.write(data, done)).then(() => data.length);
  }

  /** Ends the writing side. */
  closeWrite(): Promise<void> {
    const ending = this.#writing((done) => this.#socket.end(done));
    this.#writeEnded = true;
    return ending;
  }

  #writing(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    if (this.#closed || this.#writeEnded || this.#error !== undefined) {
      return Promise.reject(this.#failure());
    }
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
    this.#rejectPending();
  }

  #rejectPending(): void {
    const failure = this.#failure();
    this.#pendingRead?.reject(failure);
    this.#pendingRead = undefined;
    this.#pendingWrite?.reject(failure);
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
    this.#rejectPending();
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
