import { type Auth, type AuthOption, readAuth } from "./auth/mod.ts";
import type { ConnectionEvents } from "./connection_events.ts";
import { Emitter } from "./emitter.ts";
import type { CallOptions } from "./call_options.ts";
import type { ClientOptions } from "./client_options.ts";
import { readRetry, type Retry } from "./retry.ts";
import type { Layer } from "./sending.ts";

/** What a client, or a call, does besides sending. */
export interface Extras {
  readonly events: Emitter;
  readonly layers: Layer[];
  /** Credentials that depend on what the server asks; null without. */
  readonly digest: Auth | null;
  readonly retry: Retry | null;
  /** Tells the client's listeners what becomes of its connections; null without such listeners. */
  connections: ConnectionEvents | null;
}

/** Nothing besides sending, yet. */
export function noExtras(): Extras {
  return { events: new Emitter(), layers: [], digest: null, retry: null, connections: null };
}

/** What a client's options ask for besides sending; undefined for nothing. @throws {OptionError} */
export function readExtras(options: ClientOptions): Extras | undefined {
  const digest = digestOf(options.auth);
  const retry = readRetry(options.retry);
  return digest === null && retry === null ? undefined : { ...noExtras(), digest, retry };
}

/** What a call does besides sending; undefined when that is nothing. @throws {OptionError} */
export function extrasOf(client: Extras | undefined, call: CallOptions): Extras | undefined {
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
    connections: base.connections,
  };
  return isActive(extras) ? extras : undefined;
}

/** What servers asked for is remembered as long as the same option object is given. */
const known = new WeakMap<AuthOption, Auth>();

function digestOf(auth: AuthOption | null | undefined): Auth | null {
  if (auth?.type !== "digest") return null;
  let digest = known.get(auth);
  if (digest === undefined) known.set(auth, digest = readAuth(auth));
  return digest;
}

function isActive({ events, layers, digest, retry }: Extras): boolean {
  return layers.length > 0 || digest !== null || retry !== null || events.any;
}
