import { type Auth, readAuth } from "./auth/mod.ts";
import { Emitter } from "./events.ts";
import type { AuthOptions, ClientOptions, RequestOptions } from "./options.ts";
import { readRetry, type Retry } from "./retry.ts";
import type { Layer } from "./transport.ts";

/** What a client, or a call, does besides sending. */
export interface Extras {
  readonly events: Emitter;
  readonly layers: Layer[];
  /** Credentials that depend on what the server asks; null without. */
  readonly digest: Auth | null;
  readonly retry: Retry | null;
}

/** Nothing besides sending, yet. */
export function noExtras(): Extras {
  return { events: new Emitter(), layers: [], digest: null, retry: null };
}

/** What a client's options ask for besides sending; undefined for nothing. @throws {OptionError} */
export function readExtras(options: ClientOptions): Extras | undefined {
  const digest = digestOf(options.auth);
  const retry = readRetry(options.retry);
  return digest === null && retry === null ? undefined : { ...noExtras(), digest, retry };
}

/** What a call does besides sending; undefined when that is nothing. @throws {OptionError} */
export function extrasOf(client: Extras | undefined, call: RequestOptions): Extras | undefined {
  const { eventHandlers, retry, auth } = call;
  if (eventHandlers === undefined && retry === undefined && auth === undefined) {
    return client !== undefined && isActive(client) ? client : undefined;
  }
  const base = client ?? noExtras();
  const extras: Extras = {
    layers: base.layers,
    events: eventHandlers === undefined ? base.events : new Emitter(base.events, eventHandlers),
    digest: auth === undefined ? base.digest : digestOf(auth),
    retry: retry === undefined ? base.retry : readRetry(retry),
  };
  return isActive(extras) ? extras : undefined;
}

function digestOf(auth: AuthOptions | null | undefined): Auth | null {
  return auth?.type === "digest" ? readAuth(auth) : null;
}

function isActive({ events, layers, digest, retry }: Extras): boolean {
  return layers.length > 0 || digest !== null || retry !== null || events.any;
}
