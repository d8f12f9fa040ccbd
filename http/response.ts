import type { DownpourError } from "../internal/mod.ts";
import type { StreamSocket } from "../net/mod.ts";
import { HttpError, k6ErrorCode } from "./errors.ts";
import { readFields } from "./h1/mod.ts";
import type { Prepared } from "./prepare.ts";
import { Request } from "./request.ts";
import type { Timings } from "./samples.ts";

/** Phases of the last attempt in milliseconds, under k6's names. */
export interface ResponseTimings {
  /** Waiting for a connection, making one included. */
  readonly blocked: number;
  /** Making the connection. */
  readonly connecting: number;
  /** The TLS handshake. */
  readonly "tls_handshaking": number;
  /** Writing the request. */
  readonly sending: number;
  /** Until the first byte of the response. */
  readonly waiting: number;
  /** Until its last byte. */
  readonly receiving: number;
  /** `sending + waiting + receiving`. */
  readonly duration: number;
}

/** Where a response's bytes are: in memory, dropped, or still to be read. */
export type ResponseBody = Uint8Array | "dropped" | ReadableStream<Uint8Array>;

/** What a response is made of; for the client. */
export interface ResponseParts {
  request: Prepared;
  status: number;
  head: Uint8Array;
  trailers: () => Uint8Array;
  body: ResponseBody;
  error: DownpourError | null;
  socket: StreamSocket | null;
  timings: Timings;
  attempts: number;
  desync: boolean;
}

const decoder = new TextDecoder();

/**
 * What came back. A failed request gives one too (as in k6), with status 0 and `error`, unless the
 * option `throw` is on.
 *
 * The body is in memory by default, so `text`, `json` and `bytes` can be called again.
 */
export class Response {
  readonly #parts: ResponseParts;
  #headers: Headers | undefined;

  /** Made by a client. */
  constructor(parts: ResponseParts) {
    this.#parts = parts;
  }

  /** The head as it came; for the client. */
  get rawHead(): Uint8Array {
    return this.#parts.head;
  }

  /** This response as a failure: what it led to could not be done. For the client. */
  failedWith(error: DownpourError): Response {
    return new Response({ ...this.#parts, status: 0, error });
  }

  /** Status code; 0 when the request failed. */
  get status(): number {
    return this.#parts.status;
  }

  /** Reason phrase as the server sent it, often empty. */
  get statusText(): string {
    const head = this.#parts.head;
    return decoder.decode(head.subarray(13, Math.max(13, head.indexOf(10)))).trimEnd();
  }

  /** True for status 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** URL of the last request, after redirects. */
  get url(): string {
    return this.#parts.request.target.url;
  }

  /** The request that this answers: after redirects, the last one. */
  get request(): Request {
    const { method, target, headers } = this.#parts.request;
    return new Request(target.url, { method, headers: [...headers.values()].flat() });
  }

  /** Header fields. */
  get headers(): Headers {
    const head = this.#parts.head;
    return this.#headers ??= new Headers(head.length === 0 ? [] : readFields(head, true));
  }

  /** Fields that came behind a chunked body, once it has been read. */
  get trailers(): Headers {
    const trailers = this.#parts.trailers();
    return new Headers(trailers.length === 0 ? [] : readFields(trailers, false));
  }

  /** Why the request failed, or null. */
  get error(): DownpourError | null {
    return this.#parts.error;
  }

  /** k6's `error_code`: 0 when all is well, 1000 + status from 400 on, else the kind of failure. */
  get errorCode(): number {
    if (this.#parts.error !== null) return k6ErrorCode(this.#parts.error);
    return this.status >= 400 ? 1000 + this.status : 0;
  }

  /** The socket it came over; null when there never was one. */
  get socket(): StreamSocket | null {
    return this.#parts.socket;
  }

  /** How often this request was sent: 2 when a reused connection had died (both are in the metrics). */
  get attempts(): number {
    return this.#parts.attempts;
  }

  /** True when the server sent bytes behind the response; the connection was closed for it. */
  get desync(): boolean {
    return this.#parts.desync;
  }

  /** How long each phase of the last attempt took, in ms. */
  get timings(): ResponseTimings {
    const { blocked, connecting, tls, sending, waiting, receiving } = this.#parts.timings;
    return {
      blocked,
      connecting,
      "tls_handshaking": tls,
      sending,
      waiting,
      receiving,
      duration: sending + waiting + receiving,
    };
  }

  /** The body as a stream; the live one with `responseType: "stream"`. */
  get body(): ReadableStream<Uint8Array> {
    const body = this.#parts.body;
    if (body instanceof ReadableStream) return body;
    const bytes = this.#inMemory();
    return new ReadableStream<Uint8Array>({
      start(controller) {
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
      },
    });
  }

  /**
   * The body's bytes.
   *
   * @throws the error that made the request fail; {HttpError} `request_invalid` when the body was dropped
   */
  async bytes(): Promise<Uint8Array> {
    const body = this.#parts.body;
    if (!(body instanceof ReadableStream)) return this.#inMemory();
    return new Uint8Array(
      await new globalThis.Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
    );
  }

  /** The body as UTF-8 text. */
  async text(): Promise<string> {
    return decoder.decode(await this.bytes());
  }

  /** The body as JSON. */
  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      const start = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
      throw new HttpError(
        "response_malformed",
        "body",
        `body of ${this.url} (status ${this.status}) is not JSON: ${start}`,
        cause,
      );
    }
  }

  #inMemory(): Uint8Array {
    const { body, error } = this.#parts;
    if (error !== null) throw error;
    if (body instanceof Uint8Array) return body;
    throw new HttpError(
      "request_invalid",
      "body",
      `body of ${this.url} was dropped: ask for it with responseType: "bytes"`,
    );
  }
}
