import { Deadlines, type DownpourError, type Expiring, Slab } from "../../internal/mod.ts";
import { NetError, type StreamSocket } from "../../net/mod.ts";
import type { Proxy } from "../../net/proxy/mod.ts";
import { cutOff } from "../cut_off.ts";
import { HttpError, type HttpPhase } from "../errors.ts";
import type { BodyMode, Lane, Protocol } from "../lane.ts";
import type { ExchangeObserver } from "../observer.ts";
import { attemptTimedOut } from "../timed_out.ts";
import { BodyReader } from "./body_reader.ts";
import type { ConnectionOptions, ConnectionOwner, Outgoing } from "./outgoing.ts";
import type { HeadReader } from "./head.ts";
import { ReceiveBuffer } from "./receive_buffer.ts";
import { sendPieces } from "./send_pieces.ts";
import { giveReader, takeReader } from "./spare_readers.ts";

const EMPTY = new Uint8Array(0);

const deadlines = new Deadlines();
const slab = new Slab();

/**
 * One HTTP/1.1 connection: one exchange at a time, written by hand as callbacks because it runs for
 * every request. Between exchanges a read stays pending, so a peer that closes or talks out of turn
 * is noticed at once, and that read then takes the next response.
 *
 * The results of an exchange stand in the fields below, which `Lane` explains, until the next one
 * begins.
 */
export class Connection implements Expiring, Lane {
  readonly socket: StreamSocket;
  readonly origin: string;
  /** The proxy at its other end, which wants whole URLs; null for the target itself or a tunnel. */
  proxy: Proxy | null = null;
  usable = true;
  served = 0;
  answered = false;
  phase: HttpPhase = "send";
  streaming = false;
  desync = false;
  /** Told of what happens in an exchange, while it is set. */
  observer: ExchangeObserver | undefined;
  /** What ended the connection; undefined while nothing has, or when it was simply closed. */
  error: DownpourError | undefined;

  status = 0;
  protocol: Protocol = "HTTP/1.1";
  /** Whether the response has a `Set-Cookie`. */
  setsCookie = false;
  head: Uint8Array = EMPTY;
  trailers: Uint8Array = EMPTY;
  body: Uint8Array = EMPTY;
  /** After status 101, what came behind its head. */
  leftover: Uint8Array = EMPTY;
  sentAt = 0;
  firstByteAt = 0;
  endedAt = 0;

  deadline = Infinity;
  checkAt = Infinity;
  slot = -1;

  readonly #options: ConnectionOptions;
  readonly #owner: ConnectionOwner<Connection>;
  /** None between exchanges. */
  #reader: HeadReader | undefined;
  readonly #buffer = new ReceiveBuffer();
  #body: BodyReader | undefined;
  #mode: BodyMode = "keep";
  #headOnly = false;
  #sent = false;
  /** True when the request takes more than one write. */
  #long = false;
  /** True when the body ends with the connection. */
  #untilClose = false;
  #headReadAt = 0;
  #timeoutMs = 0;
  #resolve: (() => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  /** @param owner told once, when the connection can't be used any more */
  constructor(
    socket: StreamSocket,
    origin: string,
    options: ConnectionOptions,
    owner: ConnectionOwner<Connection>,
  ) {
    this.socket = socket;
    this.origin = origin;
    this.#options = options;
    this.#owner = owner;
    deadlines.watch(this);
    this.#read();
  }

  /**
   * Sends a request; resolves when its response is here: whole, or its head in mode `stream`.
   *
   * @throws {HttpError | NetError} after which the connection is closed
   */
  exchange(request: Outgoing, mode: BodyMode, now: number, timeoutMs: number): Promise<void> {
    this.answered = this.desync = this.#sent = false;
    this.phase = "send";
    this.head = this.trailers = this.body = EMPTY;
    this.#mode = mode;
    this.#headOnly = request.headOnly;
    this.#timeoutMs = timeoutMs;
    const reader = this.#reader ??= takeReader(this.#options.strictness);
    reader.reset(0);
    reader.upgrades = request.upgrades;
    reader.observer = this.observer;
    if (this.#options.letsProcessEnd && this.served > 0) this.socket.ref();
    deadlines.set(this, now + timeoutMs);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#long = request.rest !== null;
      if (request.rest === null) {
        this.socket.write(request.bytes).then(this.#onSent, this.#onSendFailed);
        // The system has taken the bytes by now; the promise tells only when the event loop is free.
        this.sentAt = performance.now();
        this.observer?.headSent();
        this.observer?.sent();
      } else {
        sendPieces(this, request.bytes, request.rest).then(this.#onSent, this.#onSendFailed);
      }
    });
  }

  get awaitedSince(): number {
    if (this.#resolve === undefined && !this.streaming) return Infinity;
    return this.#body?.awaitedSince ?? this.#headReadAt;
  }

  /** Ends the connection, and the exchange under way with `error`. */
  fail(error: DownpourError): void {
    this.error ??= error;
    this.close();
    const reject = this.#reject;
    this.#resolve = this.#reject = undefined;
    reject?.(this.error);
  }

  /** Lets go of the response, which whoever took it has: an idle connection keeps none. */
  letGo(): void {
    this.head = this.body = EMPTY;
  }

  /** Closes the connection at once. */
  close(): void {
    if (!this.usable) return;
    this.usable = false;
    deadlines.unwatch(this);
    this.#buffer.release();
    this.socket.close();
    this.#owner.forget(this);
  }

  /** The deadline passed: called by the timer wheel. */
  expire(): void {
    this.fail(attemptTimedOut(this.#timeoutMs, this.phase));
  }

  #read(): void {
    this.socket.readInto(this.#buffer.room()).then(this.#onRead, this.#onReadFailed);
  }

  readonly #onSent = (): void => {
    this.#sent = true;
    if (this.phase !== "send") return;
    if (this.#long) {
      this.sentAt = performance.now();
      this.observer?.sent();
    }
    this.phase = "headers";
  };

  readonly #onSendFailed = (error: unknown): void => {
    if (this.phase !== "send" || this.#resolve === undefined) return;
    if (error instanceof NetError) {
      // A peer may answer and close without reading all (RFC 9112 §9.5): what it said counts, so
      // the pending read decides. It ends soon, as this connection is broken.
      this.error = error;
      this.sentAt = performance.now();
    } else {
      this.fail(new HttpError("request_body_failed", "send", "request body failed", error));
    }
  };

  readonly #onReadFailed = (error: unknown): void => this.fail(error as DownpourError);

  readonly #onRead = (count: number | null): void => {
    // Nothing was asked: the peer closed, or talks out of turn.
    if (this.#resolve === undefined) return this.close();
    if (count === null) return this.fail(this.#cut());
    if (!this.answered) {
      this.answered = true;
      this.#headReadAt = this.firstByteAt = performance.now();
      if (!this.#sent && this.#long) this.sentAt = this.firstByteAt;
      this.phase = "headers";
    }
    const buffer = this.#buffer;
    buffer.end += count;
    try {
      const at = this.#reader!.read(buffer.bytes, buffer.end);
      if (at < 0) {
        // An interim response doesn't end the upload that it comes into.
        if (this.#long && !this.#sent && !this.#reader!.isFinal) {
          this.answered = false;
          this.phase = "send";
        }
        buffer.ensureRoom();
        this.#headReadAt = performance.now();
        return this.#read();
      }
      this.#headDone(at);
    } catch (error) {
      this.fail(error as DownpourError);
    }
  };

  #headDone(at: number): void {
    const reader = this.#reader!;
    const buffer = this.#buffer;
    const status = this.status = reader.status;
    this.setsCookie = reader.setsCookie;
    this.protocol = reader.minor === 1 ? "HTTP/1.1" : "HTTP/1.0";
    this.phase = "body";
    if (status === 101) return this.#handOver(at);
    const end = reader.bodyEnd(this.#headOnly);
    this.#untilClose = end === "close";
    const start = reader.start;
    if (typeof end === "number" && at + end <= buffer.end) {
      // The usual case: all of it came in one piece, and one copy keeps head and body.
      const keepBody = end > 0 && this.#mode !== "discard";
      const kept = slab.keep(buffer.bytes, start, keepBody ? at + end : at);
      this.head = keepBody ? kept.subarray(0, at - start) : kept;
      if (keepBody) this.body = kept.subarray(at - start);
      buffer.at = at + end;
      return this.#done(this.firstByteAt);
    }
    this.head = slab.keep(buffer.bytes, start, at);
    buffer.at = at;
    this.#body = new BodyReader(this.socket, buffer, slab, end, () => this.#cut());
    if (this.#mode === "stream") {
      this.streaming = true;
      const resolve = this.#resolve!;
      this.#resolve = this.#reject = undefined;
      return resolve();
    }
    this.#body.all(this.#mode === "keep", this.#options.maxBodyBytes).then((body) => {
      this.body = body;
      this.#done(performance.now());
    }).catch((error) => this.fail(error));
  }

  /** The socket is the caller's now, with what came behind the head. */
  #handOver(at: number): void {
    const buffer = this.#buffer;
    this.head = buffer.bytes.slice(this.#reader!.start, at);
    this.leftover = buffer.bytes.slice(at, buffer.end);
    this.usable = false;
    this.endedAt = this.firstByteAt;
    deadlines.unwatch(this);
    buffer.release();
    this.#owner.forget(this);
    const resolve = this.#resolve!;
    this.#resolve = this.#reject = undefined;
    resolve();
  }

  /** The next run of body bytes in mode `stream`, as a copy; null at its end, which frees the connection. */
  async chunk(): Promise<Uint8Array | null> {
    try {
      const run = await this.#body!.next();
      if (run !== null) return run.slice();
    } catch (error) {
      this.fail(error as DownpourError);
      throw this.error;
    }
    this.#done(performance.now());
    return null;
  }

  /** The response is here whole: frees the connection for the next exchange, or closes it. */
  #done(now: number): void {
    this.endedAt = now;
    this.deadline = Infinity;
    this.served++;
    this.desync = this.#buffer.end > this.#buffer.at;
    if (this.#body !== undefined) {
      this.trailers = this.#body.trailers;
      this.#body = undefined;
    }
    this.streaming = false;
    const reader = this.#reader!;
    this.#reader = undefined;
    giveReader(this.#options.strictness, reader);
    const reusable = this.usable && reader.keepAlive && !this.#untilClose && this.#sent &&
      !this.desync && this.error === undefined;
    const resolve = this.#resolve;
    this.#resolve = this.#reject = undefined;
    if (reusable) {
      this.#buffer.reset();
      this.#read();
      if (this.#options.letsProcessEnd) this.socket.unref();
    } else {
      this.close();
    }
    resolve?.();
  }

  /** The connection ended too early. */
  #cut(): DownpourError {
    return this.error ?? cutOff(this.answered, this.phase);
  }
}
