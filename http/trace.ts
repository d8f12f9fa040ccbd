import type { StreamSocket } from "../net/mod.ts";
import type { Emitter } from "./emitter.ts";
import type { ClientEvents, EventOrigin, TracedType } from "./events.ts";
import { readFields } from "./h1/mod.ts";
import type { ExchangeObserver } from "./observer.ts";

/** What of a lane a trace needs. */
interface Observed {
  readonly socket: StreamSocket;
  observer: ExchangeObserver | undefined;
  fail(error: Error): void;
}

/**
 * Tells what happens while an attempt is sent: one event after the other, each when the listeners of
 * the one before have finished. Once one has thrown no more is told, and the exchange under way ends.
 *
 * What a lane reports is told behind its back, in order; `settled` waits for it.
 */
export class Trace implements ExchangeObserver {
  /** The lookup's time in milliseconds, without the listeners'; null before one was told. */
  lookupMs: number | null = null;

  readonly #events: Emitter;
  readonly #origin: EventOrigin;
  /** Called with each connection that is acquired. */
  readonly #onAcquired: (socket: StreamSocket) => void;
  #told: Promise<void> = Promise.resolve();
  #lane: Observed | undefined;
  #listenedMs = 0;
  #connects = false;
  #headSent = Promise.withResolvers<void>();
  /** Length of a body that goes out in one write with its head; 0 for another, or none. */
  #shortBody = 0;
  #sentBytes = 0;
  #sentAt = 0;
  #receivedBytes = 0;

  constructor(events: Emitter, origin: EventOrigin, onAcquired: (socket: StreamSocket) => void) {
    this.#events = events;
    this.#origin = origin;
    this.#onAcquired = onAcquired;
  }

  /** Whether somebody listens. */
  has(type: TracedType): boolean {
    return this.#events.has(type);
  }

  /** Tells; resolves when all so far was told. @throws what a listener threw */
  tell<T extends TracedType>(type: T, data: ClientEvents[T]): Promise<void> {
    if (!this.has(type)) return this.#told;
    const told = this.#told.then(() => this.#emit(type, data));
    told.catch((error) => this.#lane?.fail(error));
    return this.#told = told;
  }

  async #emit<T extends TracedType>(type: T, data: ClientEvents[T]): Promise<void> {
    const begin = performance.now();
    await this.#events.emit(type, data);
    this.#listenedMs += performance.now() - begin;
  }

  /** Resolves when all so far was told. @throws what a listener threw */
  settled(): Promise<void> {
    return this.#told;
  }

  /** What a listener threw, once all so far was told. */
  thrown(): Promise<{ readonly error: unknown } | undefined> {
    return this.#told.then(() => undefined, (error) => ({ error }));
  }

  /** An attempt begins. */
  start(): void {
    this.lookupMs = null;
    this.#lane = undefined;
    this.#connects = false;
    this.#listenedMs = 0;
  }

  /** Milliseconds that listeners have taken of the attempt. */
  get listenedMs(): number {
    return this.#listenedMs;
  }

  /** The request waits for a connection. */
  queued(origin: string, reason: "limit" | "connecting"): Promise<void> {
    return this.tell("requestQueued", { ...this.#origin, origin, reason });
  }

  /** A connection is made for this request. */
  connecting(address: string): Promise<void> {
    this.#connects = true;
    return this.tell("connectStart", { address });
  }

  /** There is a lane: from here on a listener that throws ends what it does. */
  acquired(lane: Observed): Promise<void> {
    this.#lane = lane;
    this.#onAcquired(lane.socket);
    return this.tell("connectionAcquired", { socket: lane.socket, reused: !this.#connects });
  }

  /** An exchange begins on the lane. @param shortBody length of a body that is sent in one piece */
  begin(shortBody: number): void {
    this.#shortBody = shortBody;
    this.#sentBytes = this.#sentAt = this.#receivedBytes = 0;
    this.#headSent = Promise.withResolvers();
    this.#lane!.observer = this;
  }

  /** The lane has nothing more to report. */
  end(): void {
    this.#lane!.observer = undefined;
    this.#headSent.resolve();
  }

  headSent(): void {
    this.tell("headersSent", { ...this.#origin, socket: this.#lane!.socket });
    this.#headSent.resolve();
  }

  /** A piece of the request's body was given to the socket. */
  async chunkSent(bytes: number, totalBytes: number | null): Promise<void> {
    await this.#headSent.promise; // In HTTP/2 both may go out together.
    this.#sentBytes += bytes;
    const sentBytes = this.#sentBytes;
    await this.tell("bodyChunkSent", { ...this.#origin, bytes, sentBytes, totalBytes });
  }

  sent(): void {
    this.#sentAt = performance.now();
    const bytes = this.#shortBody;
    if (bytes > 0) {
      const data = { bytes, sentBytes: bytes, totalBytes: bytes };
      this.tell("bodyChunkSent", { ...this.#origin, ...data });
    }
    this.tell("requestSent", { ...this.#origin, socket: this.#lane!.socket });
  }

  informed(status: number, head: Uint8Array): void {
    if (!this.has("informationReceived")) return;
    const headers = new Headers(readFields(head, true));
    this.tell("informationReceived", { ...this.#origin, status, headers });
  }

  started(): void {
    const { socket } = this.#lane!;
    const waitingMs = this.#sentAt === 0 ? 0 : performance.now() - this.#sentAt;
    this.tell("responseStarted", { ...this.#origin, socket, waitingMs });
  }

  /** A piece of the response's body came. */
  chunkReceived(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return this.#told;
    this.#receivedBytes += chunk.length;
    const receivedBytes = this.#receivedBytes;
    return this.tell("bodyChunkReceived", { ...this.#origin, chunk, receivedBytes });
  }

  /** The response is here, with its trailers if it has some. */
  bodyEnded(trailers: Uint8Array): Promise<void> {
    if (trailers.length === 0 || !this.has("trailersReceived")) return this.#told;
    const data = { ...this.#origin, trailers: new Headers(readFields(trailers, false)) };
    return this.tell("trailersReceived", data);
  }
}
