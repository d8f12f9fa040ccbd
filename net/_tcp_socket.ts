import { Slab } from "../internal/mod.ts";
import type { IoBytes } from "../metrics/mod.ts";
import { Events } from "./_events.ts";
import { formatAddress } from "./address.ts";
import { badLimit, goneError, notBytes, type Reading, readingRefused } from "./_refusals.ts";
import { type NetError, netError } from "./errors.ts";
import type { Socket, SocketAddress, SocketEvents, SocketTimings } from "./socket.ts";

const READ_BYTES = 16 * 1024;
const NOTHING = new Uint8Array(0);
const kept = new Slab();

/**
 * A socket over a `Deno.TcpConn`.
 *
 * `write` and `readInto` are the hot path: one `then` each over Deno's promise, with handlers made
 * once for each socket, and errors looked at only when there is one.
 */
export class TcpSocket implements Socket {
  readonly kind = "tcp";
  readonly timings: SocketTimings;
  readonly #conn: Deno.TcpConn;
  readonly #io: IoBytes;
  readonly #events = new Events();
  #bytesIn = 0;
  #bytesOut = 0;
  #reading: Reading = "undecided";
  #readEnded = false;
  /** No more writes are taken. */
  #writeEnded = false;
  /** The peer was told so. */
  #writeShut = false;
  #closed = false;
  #error: Error | undefined;
  /** The write that the system has now, how many wait in all, and the promise of the last. */
  #out: Uint8Array = NOTHING;
  #writes = 0;
  #lastWrite: Promise<number> = Promise.resolve(0);
  #pumping = false;
  #held: Uint8Array | undefined;
  #readable: ReadableStream<Uint8Array> | undefined;
  #writable: WritableStream<Uint8Array> | undefined;
  #done: PromiseWithResolvers<void> | undefined;

  /** @param io the byte counts that this socket's traffic is added to */
  constructor(conn: Deno.TcpConn, timings: SocketTimings, io: IoBytes) {
    this.#conn = conn;
    this.timings = timings;
    this.#io = io;
  }

  get active(): boolean {
    return !this.#closed && this.#error === undefined && !(this.#readEnded && this.#writeShut);
  }

  get remoteAddress(): SocketAddress {
    const { hostname, port } = this.#conn.remoteAddr;
    return { ip: hostname, port };
  }

  get localAddress(): SocketAddress {
    const { hostname, port } = this.#conn.localAddr;
    return { ip: hostname, port };
  }

  get bytesIn(): number {
    return this.#bytesIn;
  }

  get bytesOut(): number {
    return this.#bytesOut;
  }

  write(data: Uint8Array): Promise<number> {
    if (this.#writeEnded || !(data instanceof Uint8Array)) {
      return Promise.reject(data instanceof Uint8Array ? this.#gone("write") : notBytes(data));
    }
    // Deno takes writes in order, but not the rest of a partial one before the next.
    return this.#lastWrite = this.#writes++ === 0
      ? this.#start(data)
      : this.#lastWrite.then(() =>
        this.#closed ? this.#onWriteError(undefined) : this.#start(data)
      );
  }

  #start(data: Uint8Array): Promise<number> {
    this.#out = data;
    return this.#conn.write(data).then(this.#onWrite, this.#onWriteError);
  }

  readonly #onWrite = (count: number): number | Promise<number> => {
    this.#bytesOut += count;
    this.#io.sent += count;
    const data = this.#out;
    if (count < data.length) return this.#writeRest(data, count);
    this.#out = NOTHING;
    this.#writes--;
    return count;
  };

  readonly #onWriteError = (cause: unknown): never => {
    if (this.#closed) throw this.#gone("write");
    throw this.#fail(netError(cause, "write", this.#peer));
  };

  async #writeRest(data: Uint8Array, written: number): Promise<number> {
    while (written < data.length) {
      const count = await this.#conn.write(data.subarray(written)).catch(this.#onWriteError);
      written += count;
      this.#bytesOut += count;
      this.#io.sent += count;
    }
    this.#out = NOTHING;
    this.#writes--;
    return written;
  }

  read(limit: number = READ_BYTES): Promise<Uint8Array | null> {
    if (!Number.isSafeInteger(limit) || limit < 1) return Promise.reject(badLimit(limit));
    const buffer = new Uint8Array(limit);
    return this.readInto(buffer).then((count) => count === null ? null : buffer.subarray(0, count));
  }

  readInto(buffer: Uint8Array): Promise<number | null> {
    if (this.#reading !== "pulled") {
      const refused = this.#readAs("pulled");
      if (refused !== undefined) return Promise.reject(refused);
    }
    return this.#conn.read(buffer).then(this.#onRead, this.#onReadError);
  }

  readonly #onRead = (count: number | null): number | null => {
    if (count === null) return this.#onEnd();
    this.#bytesIn += count;
    this.#io.received += count;
    return count;
  };

  readonly #onReadError = (cause: unknown): null => {
    if (this.#readEnded) return null;
    if (this.#closed) throw this.#gone("read");
    const error = this.#fail(netError(cause, "read", this.#peer));
    this.close(); // Nothing more can come, in either direction.
    throw error;
  };

  #onEnd(): null {
    if (!this.#readEnded) {
      this.#readEnded = true;
      this.#emit("end", undefined);
      if (this.#writeShut || this.#error !== undefined) this.close();
    }
    return null;
  }

  get readable(): ReadableStream<Uint8Array> {
    if (this.#readable === undefined) {
      const refused = this.#readAs("streamed");
      if (refused !== undefined) throw refused;
      this.#readable = new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          const buffer = new Uint8Array(READ_BYTES);
          const count = await this.#conn.read(buffer).then(this.#onRead, this.#onReadError);
          if (count === null) controller.close();
          else controller.enqueue(buffer.subarray(0, count));
        },
        cancel: () => {
          this.#readEnded = true;
          if (this.#writeShut) this.close();
        },
      }, { highWaterMark: 0 });
    }
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> {
    return this.#writable ??= new WritableStream<Uint8Array>({
      write: (chunk) => this.write(chunk).then(() => {}),
      close: () => this.closeWrite(),
      abort: () => this.close(),
    });
  }

  on<E extends keyof SocketEvents>(
    event: E,
    listener: (value: SocketEvents[E]) => void,
  ): () => void {
    if (event === "data") {
      const refused = this.#readAs("pushed");
      if (refused !== undefined) throw refused;
    }
    const off = this.#events.on(event, listener);
    if (event === "data" && !this.#pumping && !this.#readEnded && !this.#closed) {
      this.#pumping = true;
      // Its failures have gone to the listeners and to done().
      this.#pump().catch(() => {}).finally(() => this.#pumping = false);
    }
    return off;
  }

  /** Reads for the `data` listeners as long as there are any. */
  async #pump(): Promise<void> {
    let buffer = NOTHING;
    for (;;) {
      let chunk = this.#held;
      if (chunk === undefined) {
        if (buffer.length === 0) buffer = new Uint8Array(READ_BYTES);
        const count = await this.#conn.read(buffer).then(this.#onRead, this.#onReadError);
        if (count === null) break;
        if (count > READ_BYTES / 4) [chunk, buffer] = [buffer.subarray(0, count), NOTHING];
        else chunk = kept.keep(buffer, 0, count);
      } else await null; // Never call a listener within on().
      // What came for a listener that has left waits for the next one.
      this.#held = this.#events.has("data") ? undefined : chunk;
      if (this.#held !== undefined) return;
      this.#emit("data", chunk);
      if (this.#closed || !this.#events.has("data")) return;
    }
    // Nobody awaits the end of pushed data, so it ends this side too.
    await this.closeWrite().catch(() => this.close());
  }

  async closeWrite(): Promise<void> {
    if (this.#writeEnded) return;
    this.#writeEnded = true;
    if (this.#writes > 0) await this.#lastWrite;
    try {
      await this.#conn.closeWrite();
    } catch (cause) {
      this.#onWriteError(cause);
    }
    this.#writeShut = true;
    if (this.#readEnded) this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#writeEnded = true;
    this.#conn.close();
    this.#emit("close", undefined);
    if (this.#done !== undefined) this.#settle(this.#done);
  }

  done(): Promise<void> {
    if (this.#done === undefined) {
      this.#done = Promise.withResolvers();
      if (this.#closed || this.#error !== undefined) this.#settle(this.#done);
    }
    return this.#done.promise;
  }

  #settle(done: PromiseWithResolvers<void>): void {
    if (this.#error === undefined) done.resolve();
    else done.reject(this.#error);
  }

  ref(): void {
    this.#conn.ref();
  }

  unref(): void {
    this.#conn.unref();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  /** Reading may go on after a failed write: what the peer sent before it left is still there. */
  #fail<T extends Error>(error: T): T {
    if (this.#error === undefined) {
      this.#error = error;
      this.#writeEnded = true;
      this.#emit("error", error);
      if (this.#readEnded) this.close();
      else if (this.#done !== undefined) this.#settle(this.#done);
    }
    return error;
  }

  #emit<E extends keyof SocketEvents>(event: E, value: SocketEvents[E]): void {
    const thrown = this.#events.emit(event, value);
    if (thrown === undefined) return;
    this.#error ??= thrown;
    this.close();
  }

  #readAs(reading: Reading): NetError | undefined {
    const refused = readingRefused(this.#reading, reading, this.#peer);
    if (refused === undefined) this.#reading = reading;
    return refused;
  }

  #gone(phase: "read" | "write"): NetError {
    return goneError(phase, this.#peer, this.#closed, this.#error);
  }

  get #peer(): string {
    const { ip, port } = this.remoteAddress;
    return formatAddress({ host: ip, port });
  }
}
