import { addressOf, type EndedConn, fileOf, formatPeer } from "../_ends.ts";
import { closeConn } from "../_io.ts";
import { Life } from "../_life.ts";
import { pastEvent, type SocketParts } from "./socket_parts.ts";
import { Pump } from "./_pump.ts";
import {
  badLimit,
  busyError,
  goneError,
  notBytes,
  type Reading,
  readingRefused,
} from "../_refusals.ts";
import { readableOf, writableOf } from "../_streams.ts";
import { upgrade } from "./upgrade.ts";
import { Reader, type ReaderOwner } from "./_reader.ts";
import { WriteQueue, type WriteQueueOwner } from "./_write_queue.ts";
import type { Conn } from "../conn.ts";
import { NetError, netError } from "../errors.ts";
import type {
  LookupEvent,
  SocketAddress,
  SocketEvents,
  SocketFile,
  SocketTimings,
  StartTlsLimits,
  StreamSocket,
} from "../socket.ts";
import { checkTlsOptions } from "../tls/check_options.ts";
import type { TlsInfo, TlsOptions } from "../tls/options.ts";

/**
 * A socket over a connection, Deno's own or a layer on it.
 *
 * `write` and `readInto` are the hot path: one `then` each over the connection's promise, with
 * handlers made once for each socket, and errors looked at only when there is one.
 */
export class ConnSocket implements StreamSocket, ReaderOwner, WriteQueueOwner {
  readonly kind: "tcp" | "ipc";
  readonly #base: EndedConn;
  readonly #host: string | undefined;
  readonly #lookedUp: LookupEvent | undefined;
  readonly #life: Life;
  readonly #reader: Reader;
  readonly #queue: WriteQueue;
  #tls: TlsInfo | null;
  #timings: SocketTimings;
  #reading: Reading = "undecided";
  #readEnded = false;
  /** No more writes are taken. */
  #writeEnded = false;
  /** The peer was told so. */
  #writeShut = false;
  #readable: ReadableStream<Uint8Array> | undefined;
  #writable: WritableStream<Uint8Array> | undefined;
  #pump: Pump | undefined;
  #timedOut: NetError | undefined;

  constructor(parts: SocketParts) {
    this.kind = parts.kind;
    this.#base = parts.base;
    this.#host = parts.host;
    this.#lookedUp = parts.lookedUp;
    this.#life = new Life(parts.events, parts.meter, this);
    this.#reader = new Reader(parts.conn, parts.meter.io, this);
    this.#queue = new WriteQueue(parts.conn, parts.meter.io, this);
    this.#tls = parts.tls;
    this.#timings = parts.timings;
    if (parts.events.has("data")) {
      this.#reading = "pushed";
      this.#push();
    }
    if (parts.idleTimeoutMs > 0) this.#watchIdle(parts.idleTimeoutMs);
  }

  get active(): boolean {
    return !this.#life.closed && this.#life.error === undefined &&
      !(this.#readEnded && this.#writeShut);
  }

  get remoteAddress(): SocketAddress | null {
    return addressOf(this.#base.remoteAddr);
  }

  get localAddress(): SocketAddress | null {
    return addressOf(this.#base.localAddr);
  }

  get file(): SocketFile | null {
    return fileOf(this.#base);
  }

  get tls(): TlsInfo | null {
    return this.#tls;
  }

  get timings(): SocketTimings {
    return this.#timings;
  }

  get bytesIn(): number {
    return this.#reader.bytes;
  }

  get bytesOut(): number {
    return this.#queue.bytes;
  }

  write(data: Uint8Array): Promise<number> {
    if (this.#writeEnded || !(data instanceof Uint8Array)) {
      return Promise.reject(data instanceof Uint8Array ? this.#gone("write") : notBytes(data));
    }
    return this.#queue.write(data);
  }

  /** For its write queue. */
  writeFailed(cause: unknown): NetError {
    if (this.#life.closed) return this.#gone("write");
    return this.#fail(netError(cause, "write", this.#peer));
  }

  read(limit: number = 16 * 1024): Promise<Uint8Array | null> {
    if (!Number.isSafeInteger(limit) || limit < 1) return Promise.reject(badLimit(limit));
    const buffer = new Uint8Array(limit);
    return this.readInto(buffer).then((count) => count === null ? null : buffer.subarray(0, count));
  }

  readInto(buffer: Uint8Array): Promise<number | null> {
    if (this.#reading !== "pulled") {
      const refused = this.#readAs("pulled");
      if (refused !== undefined) return Promise.reject(refused);
    }
    return this.#reader.read(buffer);
  }

  /** For its reader. */
  readFailed(cause: unknown): null {
    if (this.#readEnded) return null;
    if (this.#life.closed) throw this.#timedOut ?? this.#gone("read");
    const error = this.#fail(netError(cause, "read", this.#peer));
    this.close(); // Nothing more can come, in either direction.
    throw error;
  }

  /** For its reader. */
  readEnded(): null {
    if (!this.#readEnded) {
      this.#readEnded = true;
      this.#life.emit("end", undefined);
      if (this.#writeShut || this.#life.error !== undefined) this.close();
    }
    return null;
  }

  /** For its write queue. */
  drained(): void {
    if (this.#life.events.has("drain")) this.#life.emit("drain", undefined);
  }

  get readable(): ReadableStream<Uint8Array> {
    if (this.#readable === undefined) {
      const refused = this.#readAs("streamed");
      if (refused !== undefined) throw refused;
      this.#readable = readableOf((buffer) => this.#reader.read(buffer), () => {
        this.#readEnded = true;
        if (this.#writeShut) this.close();
      });
    }
    return this.#readable;
  }

  get writable(): WritableStream<Uint8Array> {
    return this.#writable ??= writableOf(this);
  }

  on<E extends keyof SocketEvents>(
    event: E,
    listener: (value: SocketEvents[E]) => void,
  ): () => void {
    if (event === "data") {
      const refused = this.#readAs("pushed");
      if (refused !== undefined) throw refused;
    }
    const off = this.#life.on(event, listener, pastEvent(event, this, this.#lookedUp));
    if (event === "data" && !this.#readEnded && !this.#life.closed) this.#push();
    return off;
  }

  #push(): void {
    this.#pump ??= new Pump({
      readInto: (buffer) => this.#reader.read(buffer),
      wanted: () => this.#life.events.has("data"),
      push: (chunk) => {
        this.#life.emit("data", chunk);
        return !this.#life.closed && this.#life.events.has("data");
      },
      // Nobody awaits the end of pushed data, so it ends this side too.
      ended: () => this.closeWrite().catch(() => this.close()),
    });
    this.#pump.start();
  }

  async startTls(options: TlsOptions = {}, limits: StartTlsLimits = {}): Promise<TlsInfo> {
    checkTlsOptions(options);
    if (this.#writeEnded || this.#readEnded) throw this.#gone("write");
    const busy = this.#pump !== undefined || this.#readable !== undefined || this.#queue.busy;
    if (busy) throw busyError(this.#peer);
    const reading = this.#reading;
    const host = this.#host ?? this.remoteAddress?.ip ?? "";
    const { meanwhile, done } = upgrade(this.#reader.conn, host, options, limits, this.#peer);
    this.#use(meanwhile);
    [this.#reading, this.#writeEnded] = ["handshake", true];
    try {
      const { conn, info, tlsMs } = await done;
      this.#use(conn);
      [this.#reading, this.#writeEnded] = [reading, false];
      this.#tls = info;
      this.#timings = { ...this.#timings, tlsMs };
    } catch (error) {
      this.#reading = reading;
      if (error instanceof NetError) this.#fail(error);
      this.close();
      throw error;
    }
    this.#life.meter.secured(this.#timings.tlsMs);
    this.#life.emit("secureConnect", this.#tls);
    return this.#tls;
  }

  layer(wrap: (conn: Conn) => Conn): void {
    if (this.#writeEnded) throw this.#gone("write");
    this.#use(wrap(this.#reader.conn));
  }

  #use(conn: Conn): void {
    this.#reader.conn = this.#queue.conn = conn;
  }

  async closeWrite(): Promise<void> {
    if (this.#writeEnded) return;
    this.#writeEnded = true;
    await this.#queue.flushed();
    try {
      await this.#reader.conn.closeWrite();
    } catch (cause) {
      throw this.writeFailed(cause);
    }
    this.#writeShut = true;
    if (this.#readEnded) this.close();
  }

  close(): void {
    if (!this.#life.end()) return;
    this.#writeEnded = true;
    this.#queue.close();
    closeConn(this.#reader.conn); // A layer that failed may have closed it.
    this.#life.tellEnd();
  }

  done(): Promise<void> {
    return this.#life.done();
  }

  ref(): void {
    this.#reader.conn.ref();
  }

  unref(): void {
    this.#reader.conn.unref();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #watchIdle(limitMs: number): void {
    const activity = () => this.#reader.bytes + this.#queue.bytes;
    this.#life.watchIdle(limitMs, activity, () => this.#peer, (error) => {
      this.#timedOut = this.#fail(error);
      this.close();
    });
  }

  /** Reading may go on after a failed write: what the peer sent before it left is still there. */
  #fail<T extends NetError>(error: T): T {
    if (this.#life.error === undefined) {
      this.#writeEnded = true;
      this.#life.fail(error);
      if (this.#readEnded) this.close();
      else this.#life.settle();
    }
    return error;
  }

  #readAs(reading: Reading): NetError | undefined {
    const refused = readingRefused(this.#reading, reading, this.#peer);
    if (refused === undefined) this.#reading = reading;
    return refused;
  }

  #gone(phase: "read" | "write"): NetError {
    if (this.#reading === "handshake") return readingRefused("handshake", "pulled", this.#peer)!;
    return goneError(phase, this.#peer, this.#life);
  }

  get #peer(): string {
    return formatPeer(this.#base);
  }
}
