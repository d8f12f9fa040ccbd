import { parseDurationMs } from "../internal/mod.ts";
import type { BodyMode } from "./h1/mod.ts";
import type { ClientOptions, RequestOptions } from "./options.ts";

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_REDIRECTS = 10;

/** How requests are sent, with every default filled in: made once a client, changed by few calls. */
export interface Settings {
  /** Longest time of one attempt; Infinity without a limit. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxRedirects: number;
  readonly mode: BodyMode;
  readonly throwing: boolean;
  readonly closeAfter: boolean;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly name: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A client's settings. */
export function readSettings(options: ClientOptions): Settings {
  return {
    timeoutMs: readTimeout(options.timeout) ?? DEFAULT_TIMEOUT_MS,
    connectTimeoutMs: parseDurationMs(
      options.connectTimeout ?? DEFAULT_CONNECT_TIMEOUT_MS,
      "connectTimeout",
    ),
    maxRedirects: options.maxRedirects ?? DEFAULT_MAX_REDIRECTS,
    mode: readMode(options) ?? (options.discardResponseBodies ? "discard" : "keep"),
    throwing: options.throw ?? false,
    closeAfter: options.noConnectionReuse ?? false,
    tags: options.tags,
    name: undefined,
    signal: undefined,
  };
}

/** A client's settings with those of one call in their place. */
export function override(settings: Settings, call: RequestOptions): Settings {
  return {
    timeoutMs: readTimeout(call.timeout) ?? settings.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    maxRedirects: call.maxRedirects ?? settings.maxRedirects,
    mode: readMode(call) ?? settings.mode,
    throwing: call.throw ?? settings.throwing,
    closeAfter: settings.closeAfter,
    tags: call.tags === undefined ? settings.tags : { ...settings.tags, ...call.tags },
    name: call.name,
    signal: call.signal,
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
