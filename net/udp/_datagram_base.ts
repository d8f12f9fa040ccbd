import type { Events } from "../_events.ts";
import { Life } from "../_life.ts";
import { badLimit, goneError, type Reading, readingRefused } from "../_refusals.ts";
import { pastEvent } from "../stream/socket_parts.ts";
import { writableOf } from "../_streams.ts";
import { type NetError, netError } from "../errors.ts";
import type { Meter } from "../measure.ts";
import type {
  LookupEvent,
  Socket,
  SocketAddress,
  SocketEvents,
  SocketFile,
  SocketTimings,
} from "../socket.ts";
import { DatagramPump } from "./_datagram_pump.ts";
import { DatagramReader } from "./_datagram_reader.ts";
import { DatagramWriter, type Ends } from "./_datagram_writer.ts";
import type { DatagramBackend } from "./backend.ts";

const READ_LIMIT = 65_535;

/** What a datagram socket is made of. */
export interface DatagramParts<A extends Deno.Addr, B = DatagramBackend<A>> {
  readonly backend: B;
  /** The one peer; undefined for a socket that is bound and no more. */
  readonly peer: A | undefined;
  readonly meter: Meter;
  readonly events: Events;
  readonly timings: SocketTimings;
  readonly lookedUp: LookupEvent | undefined;
  /** 0 for no limit. */
  readonly idleTimeoutMs: number;
}

/**
 * What UDP and Unix datagram sockets have in common. A datagram that fails to be sent leaves the
 * socket as it is, unless it was for the one peer and nobody is there.
 */
export abstract class DatagramBase<A extends Deno.Addr, D> implements Socket {
  abstract readonly kind: "udp" | "ipc";
  abstract readonly remoteAddress: SocketAddress | null;
  abstract readonly localAddress: SocketAddress | null;
  abstract readonly file: SocketFile | null;
  readonly tls = null;
  readonly timings: SocketTimings;
  readonly #parts: DatagramParts<A>;
  readonly #ends: Ends<A>;
  readonly #life: Life;
  readonly #reader: DatagramReader<A>;
  readonly #writer: DatagramWriter<A>;
  readonly #pump: DatagramPump;
  #refused = 0;
  #writeEnded = false;
  #readEnded = false;
  #reading: Reading = "undecided";
  #readable: ReadableStream<Uint8Array> | undefined;
  #writable: WritableStream<Uint8Array> | undefined;

  constructor(parts: DatagramParts<A>, ends: Ends<A>) {
    const { backend, peer, meter, events, timings, idleTimeoutMs } = parts;
    this.#parts = parts;
    this.#ends = ends;
    this.timings = timings;
    const life = this.#life = new Life(events, meter, this);
    const reader = this.#reader = new DatagramReader({
      ...{ backend, io: meter.io },
      isPeer: peer === undefined ? undefined : ends.isPeer(peer),
      onError: (cause) => this.#onReadError(cause),
    });
    const writer = this.#writer = new DatagramWriter({
      ...{ backend, peer, ends, io: meter.io },
      onError: (cause, to) => this.#onWriteError(cause, to),
      onDrain: () => events.has("drain") && life.emit("drain", undefined),
    });
    this.#pump = new DatagramPump({
      read: () => reader.kept(READ_LIMIT),
      alive: () => !life.closed,
      wanted: () => events.has("data"),
      push: (data) => life.emit("data", data),
    });
    if (events.has("data")) {
      this.#reading = "pushed";
      this.#pump.start();
    }
    const activity = () => reader.received + writer.sent;
    life.watchIdle(idleTimeoutMs, activity, () => this.#where, (error) => this.#end(error));
  }

  /** Makes what `receive` gives. */
  protected abstract datagram(data: Uint8Array, from: A): D;

  get active(): boolean {
    return !this.#life.closed;
  }

  get bytesIn(): number {
    return this.#reader.bytes;
  }

  get bytesOut(): number {
    return this.#writer.bytes;
  }

  get received(): number {
    return this.#reader.received;
  }

  get sent(): number {
    return this.#writer.sent;
  }

  get empty(): number {
    return this.#reader.empty;
  }

  get cut(): number {
    return this.#reader.cut;
  }

  get stray(): number {
    return this.#reader.stray;
  }

  get refused(): number {
    return this.#refused;
  }

  write(data: Uint8Array): Promise<number> {
    return this.#writeEnded ? Promise.reject(this.#gone("write")) : this.#writer.write(data);
  }

  /** Sends one datagram to `to`. */
  protected sendTo(data: Uint8Array, to: A): Promise<number> {
    return this.#writeEnded ? Promise.reject(this.#gone("write")) : this.#writer.sendTo(data, to);
  }

  #onWriteError(cause: unknown, to: A): never {
    if (this.#life.closed) throw this.#gone("write");
    throw this.#failed(netError(cause, "write", this.#ends.show(to)));
  }

  #onReadError(cause: unknown): never {
    if (this.#life.closed) throw this.#gone("read");
    const error = netError(cause, "read", this.#where);
    throw error.code === "connection_refused" ? this.#failed(error) : this.#end(error);
  }

  /** Notes what happened to one datagram. */
  #failed(error: NetError): NetError {
    if (error.code === "connection_refused") {
      this.#refused++;
      if (this.#parts.peer !== undefined) return this.#end(error);
    }
    this.#parts.meter.failed(error);
    return error;
  }

  read(limit: number = READ_LIMIT): Promise<Uint8Array | null> {
    if (!Number.isSafeInteger(limit) || limit < 1) return Promise.reject(badLimit(limit));
    const refused = this.#refuseRead("pulled");
    return refused === undefined ? this.#reader.copy(limit) : Promise.reject(refused);
  }

  readInto(buffer: Uint8Array): Promise<number | null> {
    const refused = this.#refuseRead("pulled");
    return refused === undefined ? this.#reader.into(buffer) : Promise.reject(refused);
  }

  async receive(): Promise<D | null> {
    const refused = this.#refuseRead("pulled");
    if (refused?.code === "socket_reading") throw refused;
    try {
      if (refused !== undefined) throw refused;
      const [data, from] = await this.#reader.sourced(READ_LIMIT);
      return this.datagram(data, from);
    } catch (error) {
      if (this.#life.closed && this.#life.error === undefined) return null;
      throw error;
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<D> {
    for (let next = await this.receive(); next !== null; next = await this.receive()) yield next;
  }

  get readable(): ReadableStream<Uint8Array> {
    if (this.#readable === undefined) {
      const refused = this.#readAs("streamed");
      if (refused !== undefined) throw refused;
      // Not a stream of bytes: that one knows neither boundaries nor empty chunks.
      this.#readable = new ReadableStream<Uint8Array>({
        pull: async (controller) => controller.enqueue(await this.#reader.copy(READ_LIMIT)),
        cancel: () => {
          this.#readEnded = true;
          if (this.#writeEnded) this.close();
        },
      }, { highWaterMark: 0 });
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
    const off = this.#life.on(event, listener, pastEvent(event, this, this.#parts.lookedUp));
    if (event === "data") this.#pump.start();
    return off;
  }

  closeWrite(): Promise<void> {
    this.#writeEnded = true;
    if (this.#readEnded) this.close();
    return Promise.resolve();
  }

  close(): void {
    if (!this.#life.end()) return;
    this.#writeEnded = true;
    this.#parts.backend.close();
    this.#life.tellEnd();
  }

  done(): Promise<void> {
    return this.#life.done();
  }

  ref(): void {
    this.#parts.backend.ref();
  }

  unref(): void {
    this.#parts.backend.unref();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #end(error: NetError): NetError {
    this.#life.fail(error);
    this.close();
    return error;
  }

  #refuseRead(reading: Reading): NetError | undefined {
    if (this.#reading !== reading) {
      const refused = this.#readAs(reading);
      if (refused !== undefined) return refused;
    }
    return this.#life.closed ? this.#gone("read") : undefined;
  }

  #readAs(reading: Reading): NetError | undefined {
    const refused = readingRefused(this.#reading, reading, this.#where);
    if (refused === undefined) this.#reading = reading;
    return refused;
  }

  #gone(phase: "read" | "write"): NetError {
    return goneError(phase, this.#where, this.#life);
  }

  get #where(): string {
    const { show } = this.#ends;
    const { peer, backend } = this.#parts;
    return show(peer ?? backend.addr);
  }
}
