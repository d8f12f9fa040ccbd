import { SYSTEM_CLOCK, VERSION } from "../internal/mod.ts";
import type { Context } from "../metrics/mod.ts";
import type { ClientOptions } from "./client_options.ts";
import { type FieldMap, mergeHeaders, NO_HEADERS } from "./headers.ts";
import { Pacer, type Place } from "./pacer.ts";
import type { BatchLimits, HttpSettings } from "./run_settings.ts";

const DEFAULTS = Symbol("downpour.http.defaults");
const PLACE = Symbol("downpour.http.place");

/** What the options of a run come to. */
interface Defaults {
  /** What its clients start from. */
  readonly options: ClientOptions;
  readonly batch: BatchLimits;
  /** Gives the process's requests their turns; undefined without a limit. */
  readonly pacer: Pacer | undefined;
  readonly debug: HttpSettings["httpDebug"];
  /** Whether connections end with the iteration. */
  readonly ofIteration: boolean;
}

const OUTSIDE: Defaults = readSettings({});

/** Those made from the options of a run, which all of its users share. */
const known = new WeakMap<HttpSettings, Defaults>();

/**
 * Sets what clients made in `context` start from, by the run options that `HttpSettings` names; others
 * in `settings` are not looked at.
 *
 * @param settings one object for all users of a process: they share its turns of `rps`
 */
export function setClientDefaults(context: Context, settings: HttpSettings): void {
  let defaults = known.get(settings);
  if (defaults === undefined) known.set(settings, defaults = readSettings(settings));
  context.locals.set(DEFAULTS, defaults);
  // It ends with the context, and so does the waiting of its requests.
  if (defaults.pacer !== undefined) context.locals.set(PLACE, defaults.pacer.place());
}

function readSettings(settings: HttpSettings): Defaults {
  const { userAgent, noCookiesReset, batch = 20, batchPerHost = 6, rps } = settings;
  const { maxRedirects, discardResponseBodies, noConnectionReuse } = settings;
  const options: ClientOptions = {
    headers: { "User-Agent": userAgent ?? `downpour/${VERSION}` },
  };
  if (maxRedirects !== undefined) options.maxRedirects = maxRedirects;
  if (discardResponseBodies !== undefined) options.discardResponseBodies = discardResponseBodies;
  if (noConnectionReuse !== undefined) options.noConnectionReuse = noConnectionReuse;
  if (noCookiesReset !== undefined) options.keepCookies = noCookiesReset;
  if (settings.throw !== undefined) options.throw = settings.throw;
  return {
    options: Object.freeze(options),
    batch: { most: batch || Infinity, perHost: batchPerHost || Infinity },
    pacer: rps === undefined ? undefined : new Pacer(rps, SYSTEM_CLOCK),
    debug: settings.httpDebug,
    ofIteration: settings.noVUConnectionReuse ?? false,
  };
}

function defaultsOf(context: Context): Defaults {
  return context.locals.get(DEFAULTS) as Defaults | undefined ?? OUTSIDE;
}

/** What a client made in `context` starts from. */
export function inheritedOptions(context: Context): ClientOptions {
  return defaultsOf(context).options;
}

/** How many requests of a batch may be under way in `context`. */
export function batchLimits(context: Context): BatchLimits {
  return defaultsOf(context).batch;
}

/** Where requests made in `context` wait for their turns; undefined where none has to. */
export function placeOf(context: Context): Place | undefined {
  return context.locals.get(PLACE) as Place | undefined;
}

/** What is logged of requests in `context`. */
export function debugOf(context: Context): HttpSettings["httpDebug"] {
  return defaultsOf(context).debug;
}

/** Whether connections made in `context` end with its iteration. */
export function endsWithIteration(context: Context): boolean {
  return defaultsOf(context).ofIteration;
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
