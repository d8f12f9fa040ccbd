import type { DownpourError } from "../internal/mod.ts";
import type { SocketAddress, StreamSocket } from "../net/mod.ts";
import { withLeftover } from "./leftover.ts";
import type { EditableMetrics } from "./edit_metrics.ts";
import { HttpError, k6ErrorCode } from "./errors.ts";
import { readFields } from "./h1/mod.ts";
import type { Protocol } from "./lane.ts";
import type { Prepared } from "./prepare.ts";
import {
  type BodyParts,
  bodyUsed,
  readBody,
  type ResponseBody,
  streamOfBody,
} from "./response_body.ts";
import { isBegun } from "./stream_body.ts";
import { teeBody } from "./tee_body.ts";
import type { ResponseTimings } from "./response_timings.ts";
import type { Timings } from "./samples.ts";
import { SentRequest } from "./sent_request.ts";

/** What a response is made of; for the client. */
export interface ResponseParts {
  request: Prepared;
  /** As the request's events know it. */
  id?: string | undefined;
  status: number;
  protocol: Protocol | null;
  head: Uint8Array;
  trailers: () => Uint8Array;
  body: ResponseBody;
  maxBodyBytes: number;
  decompress: boolean;
  error: DownpourError | null;
  socket: StreamSocket | null;
  /** After status 101, what came behind the head. */
  leftover?: Uint8Array | undefined;
  timings: Timings;
  attempts: number;
  desync: boolean;
}

const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);

/**
 * What came back. A failed request gives one too (as in k6), with status 0 and `error`, unless the
 * option `throw` is on.
 *
 * The body is in memory by default, so `text`, `json` and `bytes` can be called again.
 */
export class Response {
  readonly #parts: ResponseParts;
  #headers: Headers | undefined;
  #metrics: EditableMetrics | undefined;
  #errorCode: number | undefined;

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

  /** Whether redirects led to it. */
  get redirected(): boolean {
    return this.#parts.request.target.redirected;
  }

  /** As on the web: `error` when the request failed, else `basic`. */
  get type(): "basic" | "error" {
    return this.#parts.error === null ? "basic" : "error";
  }

  /** The request that this answers: after redirects, the last one. */
  get request(): SentRequest {
    const { request: { method, target, headers }, id } = this.#parts;
    return new SentRequest(id ?? "", target.url, method, [...headers.values()].flat());
  }

  /** Names the call that it answers; for the client. */
  identify(id: string): void {
    this.#parts.id = id;
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

  /**
   * k6's `error_code`: 0 when all is well, 1000 + status from 400 on, else the kind of failure. What a
   * `requestFailed` listener sets here is the tag of that name.
   */
  get errorCode(): number {
    if (this.#errorCode !== undefined) return this.#errorCode;
    if (this.#parts.error !== null) return k6ErrorCode(this.#parts.error);
    return this.status >= 400 ? 1000 + this.status : 0;
  }

  set errorCode(code: number) {
    this.#errorCode = code;
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

  /**
   * The socket of a request that asked for another protocol, by an `Upgrade` header, and was answered
   * with 101 (RFC 9110 §7.8): it is the caller's now, and reads on behind the response's head.
   *
   * @throws {HttpError} `request_invalid` for another status
   */
  upgrade(): StreamSocket {
    const { status, socket, leftover, request } = this.#parts;
    if (status !== 101 || socket === null || leftover === undefined) {
      throw new HttpError(
        "request_invalid",
        "body",
        `response of ${request.target.name} with status ${status} is no upgrade`,
      );
    }
    if (leftover.length > 0) socket.layer((conn) => withLeftover(conn, leftover));
    this.#parts.leftover = NOTHING;
    return socket;
  }

  /** Version of the response, as in `HTTP/1.1`; null when there is none. */
  get protocol(): Protocol | null {
    return this.#parts.protocol;
  }

  /** Version of TLS, as in `TLSv1.3`; null without TLS, and unless `tls.details` was asked for. */
  get tlsVersion(): string | null {
    return this.#parts.socket?.tls?.version ?? null;
  }

  /** Where it came from: the server's address, or its proxy's; null for Unix sockets and failures. */
  get remoteAddress(): SocketAddress | null {
    return this.#parts.socket?.remoteAddress ?? null;
  }

  /** The `Set-Cookie` fields. */
  getSetCookie(): string[] {
    return this.headers.getSetCookie();
  }

  /**
   * The samples that will be recorded for this response, within a listener of `responseReceived`, or
   * `requestFailed`: change values and tags, or delete what shall not be recorded. Empty elsewhere.
   */
  get metrics(): EditableMetrics {
    return this.#metrics ??= {};
  }

  set metrics(metrics: EditableMetrics) {
    this.#metrics = metrics;
  }

  /** The body as a stream, decoded; the live one with `responseType: "stream"`. */
  get body(): ReadableStream<Uint8Array> {
    return streamOfBody(this.#bodyParts());
  }

  /** Whether a stream was read: never true of a body in memory, which can be read again. */
  get bodyUsed(): boolean {
    const { body } = this.#parts;
    return body instanceof ReadableStream && isBegun(body);
  }

  /**
   * The same response with a body of its own to read. Of a stream each reads at its own pace: what one
   * has read and the other hasn't is kept, up to `maxBodyBytes`.
   *
   * @throws {HttpError} `body_used` when its stream was read, or is being read
   */
  clone(): Response {
    const parts = this.#parts;
    const { body } = parts;
    if (!(body instanceof ReadableStream)) return new Response({ ...parts });
    if (body.locked || this.bodyUsed) throw bodyUsed(this.url);
    const [own, other] = teeBody(body, parts.maxBodyBytes);
    parts.body = own;
    return new Response({ ...parts, body: other });
  }

  /**
   * The body's bytes, decoded by `Content-Encoding`.
   *
   * @throws the error that made the request fail
   * @throws {HttpError} `request_invalid` when the body was dropped, `body_used` when its stream was
   * read already, `decode_failed`, `response_too_large`
   */
  async bytes(): Promise<Uint8Array> {
    return await readBody(this.#bodyParts());
  }

  /** The body as an `ArrayBuffer` of its own. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).slice().buffer as ArrayBuffer;
  }

  /** The body as a `Blob` of its content type. */
  async blob(): Promise<Blob> {
    return new Blob([await this.arrayBuffer()], { type: this.headers.get("content-type") ?? "" });
  }

  /** The body as a form: `multipart/form-data` or URL-encoded. */
  async formData(): Promise<FormData> {
    const type = this.headers.get("content-type") ?? "";
    const body = await this.arrayBuffer();
    return await new globalThis.Response(body, { headers: { "content-type": type } }).formData();
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

  #bodyParts(): BodyParts {
    const { body, error, decompress, maxBodyBytes: maxBytes } = this.#parts;
    const codings = decompress ? this.headers.get("content-encoding") ?? "" : "";
    return { body, error, codings, maxBytes, url: this.url };
  }
}
