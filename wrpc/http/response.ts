import type { DownpourError } from "../../internal/mod.ts";
import { HttpError, type ResponseTimings } from "../../http/semantics/mod.ts";
import { readAll } from "./read_response.ts";

/** What a response is made of. */
export interface ResponseParts {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly trailers: () => Headers;
  readonly body: Uint8Array | "dropped" | ReadableStream<Uint8Array>;
  readonly maxBodyBytes: number;
  readonly error: DownpourError | null;
  /** In ms; 0 for what there was none of. */
  readonly waiting: number;
  readonly receiving: number;
}

const decoder = new TextDecoder();

/**
 * What came back over wRPC, in the shape of the package's HTTP response. A failed request gives one
 * too, with status 0 and `error`, unless the option `throw` is on.
 */
export class WrpcResponse {
  readonly #parts: ResponseParts;

  /** Made by a client. */
  constructor(parts: ResponseParts) {
    this.#parts = parts;
  }

  /** Status code; 0 when the request failed. */
  get status(): number {
    return this.#parts.status;
  }

  /** True for status 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** URL of the request, without credentials. */
  get url(): string {
    return this.#parts.url;
  }

  /** Method of the request. */
  get method(): string {
    return this.#parts.method;
  }

  /** Header fields. */
  get headers(): Headers {
    return this.#parts.headers;
  }

  /** Fields that came behind the body, once it has been read. */
  get trailers(): Headers {
    return this.#parts.trailers();
  }

  /** Why the request failed, or null: a `WrpcHttpError` of the handler's, or a `WrpcError`. */
  get error(): DownpourError | null {
    return this.#parts.error;
  }

  /**
   * How long it took, in ms, under k6's names: `waiting` until the head was there, `receiving` until
   * the end of the body; what wRPC doesn't tell apart is 0.
   */
  get timings(): ResponseTimings {
    const { waiting, receiving } = this.#parts;
    return {
      ...{ blocked: 0, connecting: 0, "tls_handshaking": 0, sending: 0 },
      ...{ waiting, receiving, duration: waiting + receiving },
    };
  }

  /** Whether a stream was read: never true of a body in memory, which can be read again. */
  get bodyUsed(): boolean {
    const { body } = this.#parts;
    return body instanceof ReadableStream && used.has(body);
  }

  /** The body as a stream: the live one with `consume: "stream"`. @throws as `bytes` */
  get body(): ReadableStream<Uint8Array> {
    const body = this.#given();
    return body instanceof Uint8Array ? ReadableStream.from([body]) : body;
  }

  /**
   * The body's bytes.
   *
   * @throws the error that made the request fail
   * @throws {HttpError} `request_invalid` when the body was dropped, `body_used` when its stream was
   * read already
   * @throws {WrpcHttpError} `HTTP-response-body-size` for a stream of more than `maxBodyBytes`
   */
  async bytes(): Promise<Uint8Array> {
    const body = this.#given();
    if (body instanceof Uint8Array) return body;
    if (body.locked || used.has(body)) {
      throw new HttpError("body_used", "body", `body of ${this.url} was read already`);
    }
    used.add(body);
    return await readAll(body, this.#parts.maxBodyBytes);
  }

  /** The body as an `ArrayBuffer` of its own. @throws as `bytes` */
  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).slice().buffer;
  }

  /** The body as UTF-8 text. @throws as `bytes` */
  async text(): Promise<string> {
    return decoder.decode(await this.bytes());
  }

  /** The body as JSON. @throws as `bytes`; {HttpError} `response_malformed` when it is none */
  async json(): Promise<unknown> {
    const text = await this.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      const start = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
      const message = `body of ${this.url} (status ${this.status}) is not JSON: ${start}`;
      throw new HttpError("response_malformed", "body", message, cause);
    }
  }

  #given(): Uint8Array | ReadableStream<Uint8Array> {
    const { body, error, url } = this.#parts;
    if (error !== null) throw error;
    if (body !== "dropped") return body;
    const message = `body of ${url} was dropped: ask for it with consume: true`;
    throw new HttpError("request_invalid", "body", message);
  }
}

const used = new WeakSet<ReadableStream<Uint8Array>>();

/** The response of a request that failed. @param waiting until it did, in ms */
export function failedResponse(
  method: string,
  url: string,
  error: DownpourError,
  waiting: number,
): WrpcResponse {
  const none = new Headers();
  return new WrpcResponse({
    ...{ method, url, error, waiting, status: 0, receiving: 0 },
    ...{ headers: none, trailers: () => none, body: "dropped", maxBodyBytes: 0 },
  });
}
