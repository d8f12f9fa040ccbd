import { parseDurationMs } from "../internal/mod.ts";
import { readExpectation } from "./expected.ts";
import { type Context, currentContext } from "../metrics/mod.ts";
import type { CookieJar } from "./cookies/mod.ts";
import { debugOf, placeOf } from "./defaults.ts";
import type { BodyMode } from "./lane.ts";
import { DEFAULT_MAX_BODY_BYTES } from "./limits.ts";
import type { ClientOptions } from "./client_options.ts";
import { type OwnCookies, readCookies } from "./own_cookies.ts";
import type { Place } from "./pacer.ts";
import type { RequestOptions } from "./request_options.ts";
import type { Prepared } from "./prepare.ts";
import { type Attempt, type Expectation, expectSuccess } from "./samples.ts";
import { type PhaseLimits, readAttemptMs, readPhaseLimits } from "./timeouts.ts";
import type { Trace } from "./trace.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_REDIRECTS = 10;

/** What a client, or a call, does about cookies; see `cookie_keeper.ts`. */
export interface Cookies {
  /** The jar of now; undefined while nothing is in it. */
  readonly current: CookieJar | undefined;
  /** The request with the cookies that it should carry. */
  attach(request: Prepared): Prepared;
  /** Keeps what a response sets. */
  store(url: string, setCookie: readonly string[]): Promise<void>;
}

/** How requests are sent, with every default filled in: made once a client, changed by few calls. */
export interface Settings {
  /** Longest time of one attempt; Infinity without a limit. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** The other limits of time; undefined without any. */
  readonly limits: PhaseLimits | undefined;
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
  /** Those of options; undefined without. */
  readonly ownCookies: OwnCookies | undefined;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly name: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Tells what happens while an attempt is sent. */
  readonly trace: Trace | undefined;
  /** Told of an attempt whose body is still to come. */
  readonly onHead: ((attempt: Attempt) => void) | undefined;
  /** Records attempts in place of `record`. */
  readonly onAttempt: ((attempt: Attempt) => void) | undefined;
  /** Where each attempt waits for its turn; undefined where none has to. */
  readonly place: Place | undefined;
  /** What is logged of each attempt; undefined for nothing. */
  readonly debug: "headers" | "full" | undefined;
  /** Whether attempts are tagged with the peer's IP address. */
  readonly tagsIp: boolean;
}

/** A client's settings. */
export function readSettings(
  options: ClientOptions,
  cookies: Cookies | null,
  context: Context = currentContext(),
): Settings {
  const { connectTimeout = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  return {
    timeoutMs: readAttemptMs(options.timeout) ?? DEFAULT_TIMEOUT_MS,
    connectTimeoutMs: parseDurationMs(connectTimeout, "connectTimeout"),
    limits: readPhaseLimits(options.timeout, undefined),
    maxRedirects: options.maxRedirects ?? DEFAULT_MAX_REDIRECTS,
    mode: readMode(options) ?? (options.discardResponseBodies ? "discard" : "keep"),
    throwing: options.throw ?? false,
    closeAfter: options.noConnectionReuse ?? false,
    decompress: options.decompress ?? true,
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    isExpected: readExpectation(options.expectedStatuses) ?? expectSuccess,
    moreMetrics: options.moreMetrics ?? false,
    cookies,
    ownCookies: readCookies(options.cookies),
    tags: options.tags,
    name: undefined,
    signal: undefined,
    trace: undefined,
    onHead: undefined,
    onAttempt: undefined,
    place: placeOf(context),
    debug: debugOf(context),
    tagsIp: context.systemTags.has("ip"),
  };
}

/** A client's settings with those of one call in their place. */
export function override(settings: Settings, call: RequestOptions): Settings {
  const isExpected = readExpectation(call.expectedStatuses);
  return {
    timeoutMs: readAttemptMs(call.timeout) ?? settings.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    limits: readPhaseLimits(call.timeout, settings.limits),
    maxRedirects: call.maxRedirects ?? settings.maxRedirects,
    mode: readMode(call) ?? settings.mode,
    throwing: call.throw ?? settings.throwing,
    closeAfter: settings.closeAfter,
    decompress: call.decompress ?? settings.decompress,
    maxBodyBytes: settings.maxBodyBytes,
    isExpected: isExpected === undefined ? settings.isExpected : isExpected,
    moreMetrics: settings.moreMetrics,
    cookies: settings.cookies,
    ownCookies: readCookies(call.cookies, settings.ownCookies),
    tags: call.tags === undefined ? settings.tags : { ...settings.tags, ...call.tags },
    name: call.name ?? settings.name,
    signal: call.signal ?? settings.signal,
    trace: settings.trace,
    onHead: settings.onHead,
    onAttempt: settings.onAttempt,
    place: settings.place,
    debug: settings.debug,
    tagsIp: settings.tagsIp,
  };
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
