import { OptionError, VERSION } from "../internal/mod.ts";
import type { Context } from "../metrics/mod.ts";
import { type FieldMap, mergeHeaders, NO_HEADERS } from "./headers.ts";
import type { ClientOptions } from "./client_options.ts";

const DEFAULTS = Symbol("downpour.http.defaults");

const OWN: ClientOptions = Object.freeze({ headers: { "User-Agent": `downpour/${VERSION}` } });

/** Defaults made from the options of a run, which all of its users share. */
const known = new WeakMap<object, ClientOptions>();

/**
 * Sets what clients made in `context` start from: the run options `userAgent`,
 * `discardResponseBodies`, `maxRedirects`, `noConnectionReuse`, `noCookiesReset` and `throw`, under
 * k6's names.
 */
export function setClientDefaults(
  context: Context,
  options: Readonly<Record<string, unknown>>,
): void {
  const { userAgent, noCookiesReset, ...rest } = options;
  for (const name of Object.keys(rest)) {
    if (!["discardResponseBodies", "maxRedirects", "noConnectionReuse", "throw"].includes(name)) {
      throw new OptionError(name, `unknown client option ${name}`);
    }
  }
  let defaults = known.get(options);
  if (defaults === undefined) {
    const headers = userAgent === undefined ? OWN.headers : { "User-Agent": String(userAgent) };
    const cookies = noCookiesReset === undefined ? {} : { keepCookies: noCookiesReset === true };
    defaults = { ...OWN, headers, ...cookies, ...rest };
    known.set(options, defaults);
  }
  context.locals.set(DEFAULTS, defaults);
}

/** What a client made in `context` starts from. */
export function inheritedOptions(context: Context): ClientOptions {
  return context.locals.get(DEFAULTS) as ClientOptions | undefined ?? OWN;
}

const headersOf = new WeakMap<ClientOptions, FieldMap>();

/** The headers of inherited options, checked once and shared: there may be a client for each user. */
export function inheritedHeaders(inherited: ClientOptions): FieldMap {
  let headers = headersOf.get(inherited);
  if (headers === undefined) {
    headers = mergeHeaders(NO_HEADERS, inherited.headers);
    headersOf.set(inherited, headers);
  }
  return headers;
}
