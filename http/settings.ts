import { type DownpourError, parseDurationMs } from "../internal/mod.ts";
import type { StreamSocket } from "../net/mod.ts";
import { readExpectation } from "./expected.ts";
import type { BodyMode } from "./lane.ts";
import { DEFAULT_MAX_BODY_BYTES } from "./limits.ts";
import type { ClientOptions } from "./client_options.ts";
import type { RequestOptions } from "./request_options.ts";
import type { Prepared } from "./prepare.ts";
import { type Attempt, type Expectation, expectSuccess } from "./samples.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_REDIRECTS = 10;

/** What a client does about cookies; see `cookie_keeper.ts`. */
export interface Cookies {
  /** The request with the cookies that it should carry. */
  attach(request: Prepared): Prepared;
  /** Keeps what a response sets. */
  store(url: string, setCookie: readonly string[]): Promise<void>;
}

/** What happens to connections. */
export interface TraceEvents {
  connectStart: { readonly address: string };
  connectEnd: { readonly socket: StreamSocket };
  connectError: { readonly address: string; readonly error: DownpourError };
  connectionAcquired: { readonly socket: StreamSocket; readonly reused: boolean };
}

/** Takes what happens to connections. */
export type Trace = <T extends keyof TraceEvents>(type: T, data: TraceEvents[T]) => Promise<void>;

/** How requests are sent, with every default filled in: made once a client, changed by few calls. */
export interface Settings {
  /** Longest time of one attempt; Infinity without a limit. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxRedirects: number;
  readonly mode: BodyMode;
  readonly throwing: boolean;
  readonly closeAfter: boolean;
  /** Whether bodies are decoded by their `Content-Encoding`. */
  readonly decompress: boolean;
  /** Most bytes of a body, decoded or not. */
  readonly maxBodyBytes: number;
  readonly isExpected: Expectation;
  readonly moreMetrics: boolean;
  /** Null for none. */
  readonly cookies: Cookies | null;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly name: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Tells what happens to connections; awaited. */
  readonly trace: Trace | undefined;
  /** Told of an attempt whose body is still to come. */
  readonly onHead: ((attempt: Attempt) => void) | undefined;
  /** Records attempts in place of `record`. */
  readonly onAttempt: ((attempt: Attempt) => void) | undefined;
}

/** A client's settings. */
export function readSettings(options: ClientOptions, cookies: Cookies | null): Settings {
  const { connectTimeout = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  return {
    timeoutMs: readTimeout(options.timeout) ?? DEFAULT_TIMEOUT_MS,
    connectTimeoutMs: parseDurationMs(connectTimeout, "connectTimeout"),
    maxRedirects: options.maxRedirects ?? DEFAULT_MAX_REDIRECTS,
    mode: readMode(options) ?? (options.discardResponseBodies ? "discard" : "keep"),
    throwing: options.throw ?? false,
    closeAfter: options.noConnectionReuse ?? false,
    decompress: options.decompress ?? true,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    isExpected: readExpectation(options.expectedStatuses) ?? expectSuccess,
    moreMetrics: options.moreMetrics ?? false,
    cookies,
    tags: options.tags,
    name: undefined,
    signal: undefined,
    trace: undefined,
    onHead: undefined,
    onAttempt: undefined,
  };
}

/** A client's settings with those of one call in their place. */
export function override(settings: Settings, call: RequestOptions): Settings {
  const isExpected = readExpectation(call.expectedStatuses);
  return {
    timeoutMs: readTimeout(call.timeout) ?? settings.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    maxRedirects: call.maxRedirects ?? settings.maxRedirects,
    mode: readMode(call) ?? settings.mode,
    throwing: call.throw ?? settings.throwing,
    closeAfter: settings.closeAfter,
    decompress: call.decompress ?? settings.decompress,
    maxBodyBytes: settings.maxBodyBytes,
    isExpected: isExpected === undefined ? settings.isExpected : isExpected,
    moreMetrics: settings.moreMetrics,
    cookies: settings.cookies,
    tags: call.tags === undefined ? settings.tags : { ...settings.tags, ...call.tags },
    name: call.name,
    signal: call.signal,
    trace: settings.trace,
    onHead: settings.onHead,
    onAttempt: settings.onAttempt,
  };
}

function readTimeout(timeout: number | string | undefined): number | undefined {
  return timeout === undefined ? undefined : parseDurationMs(timeout, "timeout") || Infinity;
}

function readMode(options: { responseType?: ClientOptions["responseType"] }): BodyMode | undefined {
  switch (options.responseType) {
    case "bytes":
      return "keep";
    case "none":
      return "discard";
    case "stream":
      return "stream";
    default:
      return undefined;
  }
}
