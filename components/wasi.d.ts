// What the components import, as jco has it in JavaScript: `wit/wasi.wit` and `wit/wasi_http.wit`.

declare module "wasi:clocks/monotonic-clock@0.2.0" {
  export function now(): bigint;
  export function subscribeDuration(ns: bigint): import("wasi:io/poll@0.2.0").Pollable;
}

declare module "wasi:io/poll@0.2.0" {
  export interface Pollable {
    block(): void;
  }
}

declare module "wasi:io/streams@0.2.0" {
  /** Throws `{ payload: { tag: "closed" } }` at its end. */
  export interface InputStream extends Disposable {
    blockingRead(length: bigint): Uint8Array;
  }

  export interface OutputStream extends Disposable {
    blockingWriteAndFlush(bytes: Uint8Array): void;
  }
}

declare module "wasi:http/types@0.2.0" {
  import type { Pollable } from "wasi:io/poll@0.2.0";
  import type { InputStream, OutputStream } from "wasi:io/streams@0.2.0";

  export type Field = [name: string, value: Uint8Array];

  export type Result<T> =
    | { readonly tag: "ok"; readonly val: T }
    | { readonly tag: "err"; readonly val: { readonly tag: string; readonly val?: unknown } };

  export class Fields {
    static fromList(entries: Field[]): Fields;
    entries(): Field[];
  }

  export class IncomingRequest {
    method(): { readonly tag: string; readonly val?: string };
    pathWithQuery(): string | undefined;
    headers(): Fields;
    consume(): IncomingBody;
  }

  export class IncomingBody {
    stream(): InputStream;
    static finish(body: IncomingBody): FutureTrailers;
  }

  export class FutureTrailers {
    subscribe(): Pollable;
    get(): Result<Result<Fields | undefined>> | undefined;
  }

  export class OutgoingResponse {
    constructor(headers: Fields);
    body(): OutgoingBody;
  }

  export class OutgoingBody {
    write(): OutputStream;
    static finish(body: OutgoingBody, trailers: Fields | undefined): void;
  }

  export class ResponseOutparam {
    static set(out: ResponseOutparam, response: Result<OutgoingResponse>): void;
  }
}
