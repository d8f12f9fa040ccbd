import { WasiFailure } from "./_fail.ts";
import type { Fields } from "./fields.ts";
import { Pollable } from "./poll.ts";
import { type ByteSink, type ByteSource, InputStream, OutputStream } from "./streams.ts";

/** A variant as jco has it. */
export interface Tagged {
  readonly tag: string;
  readonly val?: unknown;
}

/** A request on its way to a component. */
export interface RequestParts {
  readonly method: Tagged;
  readonly pathWithQuery: string | undefined;
  readonly scheme: Tagged | undefined;
  readonly authority: string | undefined;
  readonly headers: Fields;
  readonly body: ByteSource;
  /** What came after the body; null while it isn't over. */
  readonly trailers: () => { readonly fields: Fields | undefined } | null;
}

/** The resource `incoming-request`. */
export class IncomingRequest {
  readonly #parts: RequestParts;
  #consumed = false;

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  method(): Tagged {
    return this.#parts.method;
  }

  pathWithQuery(): string | undefined {
    return this.#parts.pathWithQuery;
  }

  scheme(): Tagged | undefined {
    return this.#parts.scheme;
  }

  authority(): string | undefined {
    return this.#parts.authority;
  }

  headers(): Fields {
    return this.#parts.headers;
  }

  consume(): IncomingBody {
    if (this.#consumed) throw new WasiFailure(undefined);
    this.#consumed = true;
    return new IncomingBody(this.#parts);
  }
}

/** The resource `incoming-body`. */
export class IncomingBody {
  readonly #parts: RequestParts;
  #streamed = false;

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  stream(): InputStream {
    if (this.#streamed) throw new WasiFailure(undefined);
    this.#streamed = true;
    return new InputStream(this.#parts.body);
  }

  static finish(body: IncomingBody): FutureTrailers {
    return new FutureTrailers(body.#parts);
  }
}

/** The resource `future-trailers`. */
export class FutureTrailers {
  readonly #parts: RequestParts;
  #taken = false;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    parts.body.drop?.(); // Whoever finishes a body wants no more of it.
  }

  subscribe(): Pollable {
    const { body, trailers } = this.#parts;
    return new Pollable(() => trailers() !== null, () => body.wait());
  }

  get(): Tagged | undefined {
    const trailers = this.#parts.trailers();
    if (trailers === null) return undefined;
    if (this.#taken) return { tag: "err", val: undefined };
    this.#taken = true;
    return { tag: "ok", val: { tag: "ok", val: trailers.fields } };
  }
}

/** Where a component's response goes. */
export interface ResponseTarget {
  /** Takes the bytes of the body, whether or not the head is there. */
  readonly body: ByteSink;
  /** The head, or an `error-code`. */
  respond(head: { readonly status: number; readonly headers: Fields } | { error: Tagged }): void;
  /** The body is complete. */
  finish(trailers: Fields | undefined): void;
}

/** The resource `response-outparam`. */
export class ResponseOutparam {
  readonly #target: ResponseTarget;

  constructor(target: ResponseTarget) {
    this.#target = target;
  }

  static set(
    param: ResponseOutparam,
    response: { tag: "ok"; val: OutgoingResponse } | { tag: "err"; val: Tagged },
  ): void {
    const target = param.#target;
    if (response.tag === "err") return target.respond({ error: response.val });
    response.val.send(target);
  }
}

/** The resource `outgoing-response`. */
export class OutgoingResponse {
  readonly #headers: Fields;
  #status = 200;
  #body: OutgoingBody | null = null;
  #target: ResponseTarget | null = null;

  constructor(headers: Fields) {
    this.#headers = headers.freeze();
  }

  statusCode(): number {
    return this.#status;
  }

  setStatusCode(status: number): void {
    if (status < 100 || status > 999) throw new WasiFailure(undefined);
    this.#status = status;
  }

  headers(): Fields {
    return this.#headers;
  }

  body(): OutgoingBody {
    if (this.#body !== null) throw new WasiFailure(undefined);
    this.#body = new OutgoingBody();
    if (this.#target !== null) this.#body.connect(this.#target);
    return this.#body;
  }

  /** Sends the head, and the body as it comes. */
  send(target: ResponseTarget): void {
    this.#target = target;
    target.respond({ status: this.#status, headers: this.#headers });
    this.#body?.connect(target);
  }
}

/** Bytes of a body that a component may write before it has set the response. */
const EARLY_BYTES = 64 * 1024;

/** The resource `outgoing-body`. */
export class OutgoingBody {
  #target: ResponseTarget | null = null;
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #finished: { readonly trailers: Fields | undefined } | null = null;
  #written = false;
  #connected = Promise.withResolvers<void>();

  write(): OutputStream {
    if (this.#written) throw new WasiFailure(undefined);
    this.#written = true;
    return new OutputStream({
      room: () => {
        if (this.#finished !== null) return null;
        return this.#target?.body.room() ?? this.#earlyRoom();
      },
      write: (bytes) => {
        if (this.#target !== null) return this.#target.body.write(bytes);
        this.#early.push(bytes);
        this.#earlyBytes += bytes.length;
      },
      wait: () => this.#target?.body.wait() ?? this.#connected.promise,
    });
  }

  static finish(body: OutgoingBody, trailers: Fields | undefined): void {
    body.#finished = { trailers: trailers?.freeze() };
    body.#target?.finish(trailers);
  }

  /** The head was sent: the body may follow. */
  connect(target: ResponseTarget): void {
    this.#target = target;
    for (const bytes of this.#early) target.body.write(bytes);
    this.#early = [];
    this.#connected.resolve();
    if (this.#finished !== null) target.finish(this.#finished.trailers);
  }

  #earlyRoom(): number | null {
    return this.#target === null ? EARLY_BYTES - this.#earlyBytes : null;
  }
}
