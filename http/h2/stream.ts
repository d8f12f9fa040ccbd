import type { DownpourError } from "../../internal/mod.ts";
import type { StreamSocket } from "../../net/mod.ts";
import { HttpError, type HttpPhase } from "../errors.ts";
import type { BodyMode, Lane, Protocol } from "../lane.ts";
import type { ExchangeObserver } from "../observer.ts";
import { attemptTimedOut } from "../timed_out.ts";
import { brokenByPeer, malformed, resetByPeer, tooLarge } from "./failures.ts";
import { ErrorCode, MAX_WINDOW } from "./frames.ts";
import { KeptBody } from "./kept_body.ts";
import { MAX_INFORMATIONAL, STREAM_WINDOW } from "./limits.ts";
import type { Batch } from "./outbox.ts";
import type { H2Request } from "./request.ts";
import type { ResponseFields } from "./response_fields.ts";
import type { StreamHost } from "./stream_host.ts";
import { UnreadChunks } from "./unread_chunks.ts";
import type { Upload } from "./uploads.ts";

const EMPTY = new Uint8Array(0);
const NOT_YET: Batch = { at: 0 };

/** One stream: one exchange (RFC 9113 §8.1). What isn't described here is as `Lane` says. */
export class H2Stream implements Lane {
  /** Its number; 0 before the request was sent. */
  id = 0;
  answered = false;
  streaming = false;
  observer: ExchangeObserver | undefined;
  /** Always false: what belongs to no stream breaks the connection. */
  readonly desync = false;
  readonly protocol: Protocol = "HTTP/2.0";
  status = 0;
  head: Uint8Array = EMPTY;
  trailers: Uint8Array = EMPTY;
  body: Uint8Array = EMPTY;
  firstByteAt = 0;
  endedAt = 0;
  /** True after a failure when the peer surely did nothing with the request: it can be sent again. */
  unprocessed = false;
  /** For its connection: `performance.now()` when something of the response came last. */
  heardAt = 0;
  /** `performance.now()` at which the exchange has taken too long. */
  deadline = Infinity;
  /** What the peer lets us send now. */
  sendWindow = 0;
  /** The request's body while it is being sent. */
  upload: Upload | undefined;

  readonly #host: StreamHost<H2Stream>;
  /** `new`, then `open`, then `done`: the exchange has ended, well or badly. */
  #state: "new" | "open" | "done" = "new";
  #mode: BodyMode = "keep";
  #headOnly = false;
  #timeoutMs = 0;
  #sentIn = NOT_YET;
  #hasHead = false;
  #informational = 0;
  /** Length that the response claims, or -1; how much has come. */
  #told = -1;
  #received = 0;
  /** What the peer may still send, and what was read since it was last told so. */
  #window: number = STREAM_WINDOW;
  #readBytes = 0;
  #kept: KeptBody | undefined;
  #unread: UnreadChunks | undefined;
  #error: DownpourError | undefined;
  #resolve: (() => void) | undefined;
  #reject: ((error: DownpourError) => void) | undefined;

  /** @param served lanes before this one on the connection */
  constructor(host: StreamHost<H2Stream>, readonly served: number) {
    this.#host = host;
  }

  get socket(): StreamSocket {
    return this.#host.socket;
  }

  get origin(): string {
    return this.#host.origin;
  }

  /** True until its one exchange, while the connection takes streams. */
  get usable(): boolean {
    return this.#state === "new" && this.#host.usable;
  }

  /** `performance.now()` when the request was written; where the answer came first, when that did. */
  get sentAt(): number {
    return this.#sentIn.at || this.firstByteAt;
  }

  get phase(): HttpPhase {
    if (this.#hasHead) return "body";
    return this.answered || this.#sentIn.at > 0 ? "headers" : "send";
  }

  get awaitedSince(): number {
    if (this.streaming) return Math.max(this.#unread!.awaitedSince, this.heardAt);
    return this.#state === "open" ? this.heardAt : Infinity;
  }

  /**
   * Sends a request; resolves when its response is here: whole, or its head in mode `stream`.
   *
   * @throws {HttpError | NetError} after which the stream is gone, not always the connection
   */
  exchange(request: H2Request, mode: BodyMode, now: number, timeoutMs: number): Promise<void> {
    if (this.#state !== "new") {
      return Promise.reject(this.#error ?? new Error("a stream takes one exchange"));
    }
    this.#state = "open";
    this.#mode = mode;
    this.#headOnly = request.method === "HEAD";
    this.#timeoutMs = timeoutMs;
    this.deadline = now + timeoutMs;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#host.open(this, request);
    });
  }

  /** The next run of body bytes in mode `stream`; null at its end. What isn't read isn't granted. */
  async chunk(): Promise<Uint8Array | null> {
    if (this.#unread === undefined) return null;
    const chunk = await this.#unread.next();
    if (chunk === null) this.streaming = false;
    else this.#consumed(chunk.length);
    return chunk;
  }

  /** Ends the exchange under way, or the one to come, with `error`; the connection stays. */
  fail(error: DownpourError): void {
    if (this.#state === "open") this.#host.reset(this, ErrorCode.cancel);
    if (this.#state !== "new") return this.abandon(error);
    this.#error = error;
    this.#finish();
  }

  /** Gives the stream up at once; the connection stays. */
  close(): void {
    if (this.#state === "done" && !this.streaming) return;
    this.fail(new HttpError("aborted", this.phase, "the stream was closed"));
  }

  /** Ends the exchange with `error` without a word to the peer: for the connection. */
  abandon(error: DownpourError): void {
    this.#unread?.fail(error);
    if (this.#state !== "open") return;
    this.#error = error;
    this.#finish();
    this.#reject?.(error);
  }

  /** The deadline has passed. */
  expire(): void {
    this.fail(attemptTimedOut(this.#timeoutMs, this.phase));
  }

  /** Its head stands in `batch`. */
  headSent(batch: Batch): void {
    if (this.observer === undefined) return;
    (batch.onWritten ??= []).push(() => this.observer?.headSent());
  }

  /** Its last byte stands in `batch`. */
  sent(batch: Batch): void {
    this.#sentIn = batch;
    this.upload = undefined;
    if (this.observer === undefined) return;
    (batch.onWritten ??= []).push(() => this.observer?.sent());
  }

  /** The source of the request's body failed. */
  bodyFailed(error: unknown): void {
    this.fail(new HttpError("request_body_failed", "send", "request body failed", error));
  }

  /** What the next field block will be. */
  get section(): "head" | "trailers" {
    return this.#hasHead ? "trailers" : "head";
  }

  /** A field block of this stream has come. */
  onFields(fields: ResponseFields, endStream: boolean): void {
    const { now } = this.#host;
    this.heardAt = now;
    if (!this.answered) {
      this.answered = true;
      this.firstByteAt = now;
    }
    if (fields.tooLarge) return this.#tooLarge("its fields");
    if (fields.fault !== "") return this.#malformed(fields.fault);
    const { slab } = this.#host;
    if (this.#hasHead) {
      if (!endStream) return this.#malformed("trailers that don't end the stream");
      // An empty section is nothing but the empty line.
      if (fields.length > 2) this.trailers = slab.keep(fields.bytes, 0, fields.length);
      return this.#ended();
    }
    const status = fields.code;
    if (status < 200) {
      if (status === 101) return this.#malformed("status 101, which HTTP/2 doesn't have");
      if (endStream) return this.#malformed(`a ${status} that ends the stream`);
      if (++this.#informational > MAX_INFORMATIONAL) {
        this.#malformed(`over ${MAX_INFORMATIONAL} interim responses`);
      } else this.observer?.informed(status, fields.bytes.subarray(0, fields.length));
      return;
    }
    this.#hasHead = true;
    this.observer?.started();
    this.status = status;
    this.head = slab.keep(fields.bytes, 0, fields.length);
    const bare = this.#headOnly || status === 204 || status === 304;
    this.#told = bare ? 0 : fields.told;
    if (this.#mode === "keep" && this.#told > this.#host.maxBodyBytes) {
      return this.#tooLarge(`body over ${this.#host.maxBodyBytes} bytes`);
    }
    if (this.#mode === "stream") {
      this.#unread = new UnreadChunks();
      this.streaming = true;
    }
    if (endStream) this.#ended();
    else if (this.streaming) this.#resolve!();
  }

  /** Content of this stream has come. @param length what of the window it takes */
  onData(bytes: Uint8Array, start: number, end: number, length: number, endStream: boolean): void {
    this.heardAt = this.#host.now;
    if ((this.#window -= length) < 0) {
      return this.#broken(ErrorCode.flowControlError, "more DATA than the window allowed");
    }
    if (!this.#hasHead) return this.#malformed("DATA before the head");
    const count = end - start;
    this.#received += count;
    if (this.#told >= 0 && this.#received > this.#told) {
      return this.#malformed(`more than ${this.#told} bytes of content`);
    }
    if (this.#mode === "stream") {
      if (count > 0) this.#unread!.push(bytes, start, end);
      if (endStream) return this.#ended();
      if (length > count) this.#consumed(length - count);
      return;
    }
    if (this.#mode === "keep" && count > 0) {
      if (this.#received > this.#host.maxBodyBytes) {
        return this.#tooLarge(`body over ${this.#host.maxBodyBytes} bytes`);
      }
      if (endStream && this.#kept === undefined) {
        this.body = this.#host.slab.keep(bytes, start, end);
      } else (this.#kept ??= new KeptBody()).append(bytes, start, end, this.#told);
    }
    if (endStream) this.#ended();
    else this.#consumed(length);
  }

  /** The peer lets us send more. */
  onWindowUpdate(increment: number): void {
    if (increment === 0) return this.#broken(ErrorCode.protocolError, "WINDOW_UPDATE by 0");
    if ((this.sendWindow += increment) > MAX_WINDOW) {
      this.#broken(ErrorCode.flowControlError, "WINDOW_UPDATE over the limit");
    }
  }

  /** The peer has reset this stream. */
  onReset(errorCode: number): void {
    this.unprocessed = errorCode === ErrorCode.refusedStream;
    this.abandon(resetByPeer(this.phase, errorCode));
  }

  #consumed(count: number): void {
    this.#readBytes += count;
    if (this.#readBytes < STREAM_WINDOW / 2 || this.#state !== "open") return;
    this.#host.grant(this, this.#readBytes);
    this.#window += this.#readBytes;
    this.#readBytes = 0;
  }

  /** The response is here whole. */
  #ended(): void {
    if (this.#told >= 0 && this.#received !== this.#told) {
      return this.#malformed(`${this.#received} bytes of content instead of ${this.#told}`);
    }
    if (this.#kept !== undefined) {
      this.body = this.#kept.all();
      this.#kept = undefined;
    }
    this.endedAt = this.#host.now;
    // An answer before the end of the request makes the rest of it pointless (RFC 9113 §8.1).
    if (this.upload !== undefined) this.#host.reset(this, ErrorCode.cancel);
    this.#finish();
    this.#unread?.end();
    this.#resolve!();
  }

  #finish(): void {
    this.#state = "done";
    this.deadline = Infinity;
    this.#host.left(this);
  }

  #tooLarge(what: string): void {
    this.#fault(ErrorCode.cancel, tooLarge(this.phase, what));
  }

  #malformed(what: string): void {
    this.#fault(ErrorCode.protocolError, malformed(this.phase, what));
  }

  #broken(errorCode: number, what: string): void {
    this.#fault(errorCode, brokenByPeer(this.phase, errorCode, what));
  }

  #fault(errorCode: number, error: DownpourError): void {
    this.#host.reset(this, errorCode);
    this.abandon(error);
  }
}
