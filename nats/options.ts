import { checkNames, parseDurationMs } from "../internal/mod.ts";
import { type NatsError, natsError } from "./errors.ts";
import type { SubjectName } from "./metrics.ts";
import type { NatsTlsOptions } from "./tls_options.ts";

/** A time: seconds, as in the seed, or text such as `"250ms"`. */
export type Seconds = number | string;

/** How to connect (seed `nats.md`, "Connection Management"). Everything has a default. */
export interface ConnectOptions {
  /** Servers, as in `nats://localhost:4222`, `tls://host`, `host:port`. @default {["nats://127.0.0.1:4222"]} */
  urls?: string | readonly string[];
  /** A name that the server lists, and the tag `connection` of all samples. */
  name?: string;
  /** A user; goes with `password`. */
  user?: string;
  /** The password of `user`. */
  password?: string;
  /** A token in place of a user. */
  token?: string;
  /** Credentials as `nsc` writes them: the text itself, its bytes, or the path of a file. */
  credentials?: string | Uint8Array;
  /** The seed of an NKey (`SU…`), alone or for `jwt`. */
  nkeySeed?: string;
  /** A user's JWT; goes with `nkeySeed` unless it is a bearer token. */
  jwt?: string;
  /** TLS: true, or how. Servers that require it get it anyway. @default {false} */
  tls?: boolean | NatsTlsOptions;
  /** How long one attempt to connect may take. @default {10} */
  timeout?: Seconds;
  /** Connect again after a loss. @default {true} */
  allowReconnect?: boolean;
  /** Attempts for each server after a loss; -1 for no end, 0 for none. @default {60} */
  maxReconnects?: number;
  /** Pause between two attempts at one server. @default {2} */
  reconnectWait?: Seconds;
  /** Most that is added to each pause, at random. @default {0.1} */
  reconnectJitter?: Seconds;
  /** The same with TLS. @default {1} */
  reconnectJitterTls?: Seconds;
  /** Pause between two pings; 0 for none. @default {120} */
  pingInterval?: Seconds;
  /** Unanswered pings after which the connection is given up. @default {2} */
  maxPingsOut?: number;
  /** Don't deliver what this connection publishes to its own subscriptions. @default {false} */
  noEcho?: boolean;
  /** Try the servers in the order given. @default {false} */
  noRandomize?: boolean;
  /** Don't take servers that the cluster tells of. @default {false} */
  ignoreClusterUpdates?: boolean;
  /** How the subjects of replies begin. @default {"_INBOX"} */
  inboxPrefix?: string;
  /** Most bytes that wait to be written, while connected or not; more is refused. @default {67108864} */
  maxPendingBytes?: number;
  /** The tag `subject` of a subject: subjects that hold ids need one. Default: itself, at most 100. */
  subjectName?: SubjectName;
}

/** Options with every default filled in, times in milliseconds. */
export interface ConnectSettings {
  /** Servers without their scheme and user, as `host:port`. */
  readonly servers: readonly string[];
  /** Those of `servers` whose scheme asks for TLS. */
  readonly tlsServers: ReadonlySet<string>;
  /** The options, with a user of the URLs. */
  readonly options: ConnectOptions;
  readonly timeoutMs: number;
  readonly reconnectWaitMs: number;
  readonly jitterMs: number;
  readonly tlsJitterMs: number;
  /** 0 for no pings. */
  readonly pingIntervalMs: number;
  readonly maxPingsOut: number;
  readonly maxReconnects: number;
  readonly reconnect: boolean;
  readonly maxPendingBytes: number;
}

const text = (name: string, value: unknown) => {
  if (typeof value !== "string" || value === "") {
    throw invalid(`${name} must be text: ${show(value)}`);
  }
};
const secret = (name: string, value: unknown) => {
  if (typeof value !== "string" || value === "") {
    throw invalid(`${name} must be text and not empty`);
  }
};
const flag = (name: string, value: unknown) => {
  if (typeof value !== "boolean") throw invalid(`${name} must be true or false: ${show(value)}`);
};
const time = (name: string, value: unknown) => void toMs(value, name);
const whole = (least: number) => (name: string, value: unknown) => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return;
  throw invalid(`${name} must be a whole number of at least ${least}: ${show(value)}`);
};

const CHECKS: Readonly<Record<keyof ConnectOptions, (name: string, value: unknown) => void>> = {
  urls: () => {}, // With the servers.
  name: text,
  user: secret,
  password: secret,
  token: secret,
  credentials: (name, value) => {
    if (!(value instanceof Uint8Array)) secret(name, value);
  },
  nkeySeed: secret,
  jwt: secret,
  tls: () => {}, // With its own options.
  timeout: time,
  allowReconnect: flag,
  maxReconnects: whole(-1),
  reconnectWait: time,
  reconnectJitter: time,
  reconnectJitterTls: time,
  pingInterval: time,
  maxPingsOut: whole(1),
  noEcho: flag,
  noRandomize: flag,
  ignoreClusterUpdates: flag,
  inboxPrefix: (name, value) => {
    text(name, value);
    if (!/^[^\s.*>]+(\.[^\s.*>]+)*$/.test(String(value))) {
      throw invalid(`${name} must be a subject without wildcards: ${show(value)}`);
    }
  },
  maxPendingBytes: whole(1024),
  subjectName: (name, value) => {
    if (typeof value !== "function") throw invalid(`${name} must be a function: ${show(value)}`);
  },
};
const NAMES = Object.keys(CHECKS);

/**
 * Checks the options of `connect` and fills in the defaults. An option that is undefined is absent.
 *
 * @throws {NatsError} 1003 that names the option, the value and what to do
 */
export function readConnectOptions(options: ConnectOptions): ConnectSettings {
  try {
    checkNames("nats.connect", options, NAMES);
  } catch (cause) {
    throw natsError(1003, cause);
  }
  const given = withoutUndefined(options);
  for (const [name, value] of Object.entries(given)) {
    CHECKS[name as keyof ConnectOptions](name, value);
  }
  const servers = readServers(given.urls ?? "nats://127.0.0.1:4222");
  const all = { ...servers.user, ...given };
  checkTogether(all);
  const maxReconnects = all.maxReconnects ?? 60;
  return {
    servers: servers.servers,
    tlsServers: servers.tlsServers,
    options: all,
    timeoutMs: Math.max(1, toMs(all.timeout ?? 10, "timeout")),
    reconnectWaitMs: toMs(all.reconnectWait ?? 2, "reconnectWait"),
    jitterMs: toMs(all.reconnectJitter ?? 0.1, "reconnectJitter"),
    tlsJitterMs: toMs(all.reconnectJitterTls ?? 1, "reconnectJitterTls"),
    pingIntervalMs: toMs(all.pingInterval ?? 120, "pingInterval"),
    maxPingsOut: all.maxPingsOut ?? 2,
    maxReconnects,
    reconnect: (all.allowReconnect ?? true) && maxReconnects !== 0,
    maxPendingBytes: all.maxPendingBytes ?? 64 * 1024 * 1024,
  };
}

/** Milliseconds of a time given in seconds or as text. @throws {NatsError} 1003 */
export function toMs(value: unknown, name: string): number {
  try {
    if (typeof value === "number") return parseDurationMs(value * 1000, name);
    if (typeof value === "string" && !/^\s*[\d.]+\s*$/.test(value)) {
      return parseDurationMs(value, name);
    }
  } catch {
    // Told below, in the unit that the option has.
  }
  throw invalid(`${name} must be seconds, or text like "2s" or "250ms": ${show(value)}`);
}

function withoutUndefined(options: ConnectOptions): ConnectOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkTogether(options: ConnectOptions): void {
  if (options.password !== undefined && options.user === undefined) {
    throw invalid("password goes with user, which is missing");
  }
  const ways = [
    options.user !== undefined && "user",
    options.token !== undefined && "token",
    options.credentials !== undefined && "credentials",
    (options.nkeySeed !== undefined || options.jwt !== undefined) && "nkeySeed or jwt",
  ].filter((way) => way !== false);
  if (ways.length > 1) {
    throw invalid(
      `give one of user, token, credentials and nkeySeed or jwt, not ${ways.join(" and ")}`,
    );
  }
}

function readServers(urls: unknown) {
  const list: unknown[] = Array.isArray(urls) ? urls : [urls];
  if (list.length === 0) {
    throw invalid("urls is empty: give at least one, as in nats://localhost:4222");
  }
  const servers: string[] = [];
  const tlsServers = new Set<string>();
  let user: Pick<ConnectOptions, "user" | "password" | "token"> = {};
  for (const item of list) {
    const { server, scheme, who } = readServer(item);
    servers.push(server);
    if (scheme === "tls") tlsServers.add(server);
    if (who !== undefined) user = who;
  }
  return { servers, tlsServers, user };
}

function readServer(item: unknown) {
  const [, scheme = "nats", rest = ""] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(String(item)) ?? [];
  const name = scheme.toLowerCase();
  if (name === "ws" || name === "wss") {
    throw invalid(
      `urls: WebSocket is not supported: ${
        hideUser(item)
      } (use the server's port for clients, as in nats://host:4222)`,
    );
  }
  if (name !== "nats" && name !== "tls") {
    throw invalid(`urls: ${hideUser(item)} must begin with nats:// or tls://`);
  }
  let url: URL;
  try {
    // A scheme that URL knows well enough to take host and port apart.
    url = new URL(`ftp://${rest}`);
  } catch {
    throw invalid(`urls: not a server: ${hideUser(item)} (write it like nats://localhost:4222)`);
  }
  const extra = url.pathname.replace("/", "") + url.search + url.hash;
  if (typeof item !== "string" || url.hostname === "" || extra !== "" || url.port === "0") {
    throw invalid(`urls: not a server: ${hideUser(item)} (write it like nats://localhost:4222)`);
  }
  const port = /:21$/.test(rest) ? "21" : url.port || "4222";
  return { server: `${url.hostname}:${port}`, scheme: name, who: readUser(url, item) };
}

function readUser(
  url: URL,
  item: unknown,
): Pick<ConnectOptions, "user" | "password" | "token"> | undefined {
  let user: string, password: string;
  try {
    [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  } catch {
    throw invalid(`urls: the user of ${hideUser(item)} can't be decoded: write % as %25`);
  }
  if (user === "") return undefined;
  return password === "" ? { token: user } : { user, password };
}

/** A password may hold any character, so all up to the last @ is taken for one. */
function hideUser(item: unknown): string {
  return show(String(item).replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1***@"));
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function invalid(message: string): NatsError {
  return natsError(1003, undefined, message);
}
