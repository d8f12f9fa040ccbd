import { OptionError } from "../internal/mod.ts";
import type { BodyInput } from "./body.ts";
import type { CallOptions } from "./call_options.ts";

/** Options of `fetch`: those of a call, and what the web's `fetch` has besides. */
export interface FetchOptions extends Omit<CallOptions, "body" | "signal"> {
  /** Default `GET`. */
  method?: string;
  /** As in a call; a `FormData` is sent as `multipart`, a `URLSearchParams` as `form`. */
  body?: BodyInput | FormData | URLSearchParams | null;
  /**
   * What becomes of redirects: `follow` follows `maxRedirects` of them, `manual` gives the first as
   * the response, `error` rejects with `redirect_refused`. Default `follow`.
   */
  redirect?: "follow" | "manual" | "error";
  /** Aborts the request: `fetch` rejects with its reason. */
  signal?: AbortSignal | null;
  /** The web asks for it beside a stream as the body. It changes nothing. */
  duplex?: "half";
}

/** What to do about redirects. */
export type RedirectMode = NonNullable<FetchOptions["redirect"]>;

/** Options of `fetch`, as a call's. */
export interface ReadFetchOptions {
  readonly method: string | undefined;
  readonly redirect: RedirectMode | undefined;
  readonly call: CallOptions;
}

const OF_BROWSERS = [
  "attributionReporting",
  "browsingTopics",
  "cache",
  "credentials",
  "integrity",
  "keepalive",
  "mode",
  "priority",
  "referrer",
  "referrerPolicy",
  "window",
];

/** Tells what is the web's from what is a call's. @throws {OptionError} */
export function readFetchOptions(options: FetchOptions): ReadFetchOptions {
  const { method, redirect, duplex, body, signal, ...rest } = options;
  for (const name of Object.keys(rest)) {
    if (!OF_BROWSERS.includes(name)) continue;
    throw new OptionError(name, `fetch has no ${name}: it is for pages in browsers, leave it out`);
  }
  checkRedirect(redirect, rest.maxRedirects);
  if (duplex !== undefined && duplex !== "half") {
    throw new OptionError("duplex", `duplex is ${JSON.stringify(duplex)}: half is all there is`);
  }
  const call: CallOptions = { ...rest, ...asBody(body), throw: rest.throw ?? true };
  if (signal !== undefined && signal !== null) call.signal = signal;
  return { method, redirect, call };
}

function checkRedirect(redirect: unknown, maxRedirects: number | undefined): void {
  if (redirect === undefined || redirect === "follow") return;
  if (redirect !== "manual" && redirect !== "error") {
    const shown = JSON.stringify(redirect);
    throw new OptionError("redirect", `redirect is ${shown}: choose follow, manual or error`);
  }
  if (maxRedirects !== undefined) {
    throw new OptionError(
      "redirect",
      `redirect ${redirect} and maxRedirects are given: choose one`,
    );
  }
}

function asBody(body: FetchOptions["body"]): Pick<CallOptions, "body" | "form" | "multipart"> {
  if (body === undefined || body === null) return {};
  if (body instanceof FormData) return { multipart: body };
  if (body instanceof URLSearchParams) return { form: body };
  return { body };
}

/** Whether a call has something to send. */
export function hasBody({ body, json, form, multipart }: CallOptions): boolean {
  return [body ?? undefined, json, form, multipart].some((one) => one !== undefined);
}

/** A method as the Fetch standard writes it: six of them in upper case, all others as they are. */
export function normalizeMethod(method: string): string {
  return /^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}
