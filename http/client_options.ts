import { checkNames, OptionError } from "../internal/mod.ts";
import { checkTransportValues, TRANSPORT_OPTIONS } from "./check_transport.ts";
import type { CookieJar } from "./cookies/jar.ts";
import { checkShared, SHARED_OPTIONS, type SharedOptions } from "./request_options.ts";
import type { Transport } from "./sending.ts";
import type { UrlName } from "./target.ts";
import type { TransportOptions } from "./transport_options.ts";

/** Options of a client. */
export interface ClientOptions extends SharedOptions, TransportOptions {
  /** Reads and drops response bodies unless a call says otherwise. Default false. */
  discardResponseBodies?: boolean;
  /** Prepended to relative URLs. */
  baseUrl?: string;
  /** The `name` and `url` tags for a URL, so that many URLs are one row. Default: without the query. */
  urlName?: UrlName;
  /** Also records `http_req_looking_up` and `http_req_total` (blocked + duration). Default false. */
  moreMetrics?: boolean;
  /** Cookies to keep and send; null for none. Default: a jar of its own for each iteration, as in k6. */
  jar?: CookieJar | null;
  /** Keeps its own jar from one iteration to the next. Default false. */
  keepCookies?: boolean;
  /** What sends the requests, in place of the client's own connections. The caller closes it. */
  transport?: Transport;
}

const CLIENT = [
  ...SHARED_OPTIONS,
  ...TRANSPORT_OPTIONS,
  "discardResponseBodies",
  "baseUrl",
  "urlName",
  "moreMetrics",
  "jar",
  "keepCookies",
  "transport",
];
/** Checks a client's options. @throws {OptionError} */
export function checkClientOptions(options: ClientOptions): void {
  checkNames("Client", options, CLIENT);
  checkShared(options);
  checkTransportValues(options);
  const { transport, urlName } = options;
  if (urlName !== undefined && typeof urlName !== "function") {
    throw new OptionError("urlName", `urlName must be a function: ${String(urlName)}`);
  }
  if (transport === undefined) return;
  if (typeof transport?.send !== "function") {
    throw new OptionError("transport", "transport must have a method send(request)");
  }
  const own = TRANSPORT_OPTIONS.filter((name) => options[name] !== undefined);
  if (own.length > 0) {
    throw new OptionError(
      "transport",
      `transport is given beside ${own.join(", ")}: those are the transport's, give them to it`,
    );
  }
}
