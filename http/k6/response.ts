import type { DownpourError } from "../../internal/mod.ts";
import { parseCookies, type ResponseCookies } from "../cookies/mod.ts";
import { HttpError, k6ErrorCode } from "../errors.ts";
import { readFields } from "../h1/mod.ts";
import type { Response as Answer } from "../response.ts";
import { k6TlsVersion } from "../samples.ts";
import { canonicalName } from "./canonical.ts";
import { OCSP_STATUS_UNKNOWN } from "./constants.ts";
import type { ResponseType } from "./params.ts";
import { type RequestInfo, requestInfo, type Sent } from "./sent.ts";
import { select } from "./selector.ts";

/** The body by `responseType`; null when the request failed, and with `none`. */
export type ResponseBody<RT extends ResponseType> = RT extends "binary" ? ArrayBuffer | null
  : RT extends "none" ? null
  : string | null;

/** How long each phase took, in ms. */
export interface Timings {
  /** Waiting for a connection, making one included. */
  readonly blocked: number;
  /** Always 0, as in k6: it is part of `blocked`. */
  readonly "looking_up": number;
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

/** What is known of a certificate's revocation: nothing, as staples can't be read here. */
export interface Ocsp {
  /** `unknown`; "" without TLS. */
  readonly status: string;
  /** 0 */
  readonly "produced_at": number;
  /** 0 */
  readonly "this_update": number;
  /** 0 */
  readonly "next_update": number;
  /** 0 */
  readonly "revoked_at": number;
  /** "" */
  readonly "revocation_reason": string;
}

/** What a response is made of. */
export interface Parts {
  readonly sent: Sent;
  /** Null when nothing could be sent. */
  readonly answer: Answer | null;
  readonly error: DownpourError | null;
  /** The decoded body; null without. */
  readonly bytes: Uint8Array | null;
  readonly binary: boolean;
}

const NO_TIME: Timings = {
  blocked: 0,
  "looking_up": 0,
  connecting: 0,
  "tls_handshaking": 0,
  sending: 0,
  waiting: 0,
  receiving: 0,
  duration: 0,
};
const decoder = new TextDecoder();

/** What came back, in k6's shape. A failed request gives one too: with status 0 and `error`. */
export class Response<RT extends ResponseType = ResponseType> {
  readonly #parts: Parts;
  #headers: Record<string, string> | undefined;
  #body: string | ArrayBuffer | undefined;
  #document: { readonly value: unknown } | undefined;

  /** Made by the functions of this module. */
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Status code; 0 when the request failed. */
  get status(): number {
    const { answer, error } = this.#parts;
    return error === null ? answer?.status ?? 0 : 0;
  }

  /** The status with its reason phrase, as in `200 OK`; "" when the request failed. */
  get status_text(): string {
    if (this.status === 0) return "";
    return `${this.status} ${this.#parts.answer?.statusText ?? ""}`.trimEnd();
  }

  /** URL of the last request, after redirects. */
  get url(): string {
    return this.#parts.answer?.url ?? this.#parts.sent.url;
  }

  /** `HTTP/1.1`, `HTTP/2.0`; "" when the request failed. */
  get proto(): string {
    return this.#parts.answer?.protocol ?? "";
  }

  /** Header fields under their canonical names (`Content-Type`); repeated ones joined by `, `. */
  get headers(): Record<string, string> {
    return this.#headers ??= headersOf(this.#parts.answer);
  }

  /** Cookies that the response sets, by name. */
  get cookies(): ResponseCookies {
    const { answer } = this.#parts;
    return answer === null || answer.rawHead.length === 0
      ? {}
      : parseCookies(answer.getSetCookie());
  }

  /** The body as `responseType` has it: text is read as UTF-8. */
  get body(): ResponseBody<RT> {
    const { bytes, binary } = this.#parts;
    if (bytes === null) return null as ResponseBody<RT>;
    this.#body ??= binary ? bytes.slice().buffer : decoder.decode(bytes);
    return this.#body as ResponseBody<RT>;
  }

  /** How long each phase of the last request took, in ms. */
  get timings(): Timings {
    const { answer } = this.#parts;
    return answer === null ? NO_TIME : { ...NO_TIME, ...answer.timings };
  }

  /** The server's IP address, or its proxy's; "" without a connection. */
  get remote_ip(): string {
    return this.#parts.answer?.remoteAddress?.ip ?? "";
  }

  /** The port of `remote_ip`; 0 without a connection. */
  get remote_port(): number {
    return this.#parts.answer?.remoteAddress?.port ?? 0;
  }

  /** As in `tls1.3`; "" without TLS, and where the TLS engine doesn't tell. */
  get tls_version(): string {
    return k6TlsVersion(this.#parts.answer?.tlsVersion ?? "");
  }

  /** As in `TLS_AES_128_GCM_SHA256`; "" like `tls_version`. */
  get tls_cipher_suite(): string {
    return this.#parts.answer?.socket?.tls?.cipher ?? "";
  }

  /** What is known of the certificate's revocation: nothing. */
  get ocsp(): Ocsp {
    const secure = this.#parts.answer?.socket?.tls ?? null;
    return {
      status: secure === null ? "" : OCSP_STATUS_UNKNOWN,
      "produced_at": 0,
      "this_update": 0,
      "next_update": 0,
      "revoked_at": 0,
      "revocation_reason": "",
    };
  }

  /** Why the request failed; "" when it didn't, whatever the status. */
  get error(): string {
    return this.#parts.error?.message ?? "";
  }

  /** k6's number of the failure; 1000 + status from 400 on; 0 when all is well. */
  get error_code(): number {
    const { error } = this.#parts;
    if (error !== null) return k6ErrorCode(error);
    return this.status >= 400 ? 1000 + this.status : 0;
  }

  /** The request as it was sent first, before redirects. */
  get request(): RequestInfo {
    return requestInfo(this.#parts.sent);
  }

  /**
   * The body as JSON, or what a selector chooses of it (`users.0.name`, `users.#`, `users.#.name`);
   * undefined where there is nothing.
   *
   * @throws {HttpError} `response_malformed` when it isn't JSON, `request_invalid` without a body
   * @throws {OptionError} for a selector that can't be read
   */
  json(selector?: string): unknown {
    this.#document ??= { value: this.#parse() };
    return selector === undefined ? this.#document.value : select(this.#document.value, selector);
  }

  #parse(): unknown {
    const { bytes } = this.#parts;
    if (bytes === null) {
      const why = this.error === "" ? 'it was dropped, ask for responseType: "text"' : this.error;
      throw new HttpError("request_invalid", "body", `body of ${this.url} is null: ${why}`);
    }
    const text = decoder.decode(bytes);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new HttpError(
        "response_malformed",
        "body",
        `body of ${this.url} (status ${this.status}) is not JSON: ${
          JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
        }`,
        cause,
      );
    }
  }

  /** Isn't there. @throws {HttpError} always: it says what to do */
  html(_selector?: string): never {
    throw missing("html");
  }

  /** Isn't there. @throws {HttpError} always */
  submitForm(_options?: unknown): never {
    throw missing("submitForm");
  }

  /** Isn't there. @throws {HttpError} always */
  clickLink(_options?: unknown): never {
    throw missing("clickLink");
  }

  /** All fields, as k6 prints a response. */
  toJSON(): Record<string, unknown> {
    const { status, status_text, url, proto, headers, cookies, body, timings } = this;
    const { remote_ip, remote_port, tls_version, tls_cipher_suite, ocsp } = this;
    const { error, error_code, request } = this;
    return {
      ...{ remote_ip, remote_port, url, status, status_text, proto, headers, cookies, body },
      ...{ timings, tls_version, tls_cipher_suite, ocsp, error, error_code, request },
    };
  }
}

function headersOf(answer: Answer | null): Record<string, string> {
  // A field may have any name, "__proto__" too.
  const headers: Record<string, string> = Object.create(null);
  if (answer === null || answer.rawHead.length === 0) return headers;
  for (const [name, value] of readFields(answer.rawHead, true)) {
    const key = canonicalName(name);
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  return headers;
}

function missing(name: string): HttpError {
  return new HttpError(
    "request_invalid",
    "body",
    `${name}() isn't there: parse response.body with a package such as npm:cheerio`,
  );
}
