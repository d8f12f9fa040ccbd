import { type ConnectionOptions, errors, type NatsConnection } from "@nats-io/nats-core";
import { NatsConnectionImpl } from "@nats-io/nats-core/internal";
import { type Context, currentContext } from "../metrics/mod.ts";
import { NetError, type TlsOptions } from "../net/mod.ts";
import { Connection } from "./connection.ts";
import { authenticatorOf } from "./credentials.ts";
import { NatsError, natsError } from "./errors.ts";
import { Handler, type HandlerEvents } from "./handler.ts";
import { NATS_METRICS, NatsSeries, SubjectTags } from "./metrics.ts";
import { type ConnectOptions, type ConnectSettings, readConnectOptions } from "./options.ts";
import { readTlsOptions } from "./tls_options.ts";

/** Longest delay that a timer takes, for pings that are off. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Connects to NATS. A connection opened by an iteration ends with it; one opened at module level
 * lives as long as the virtual user.
 *
 * @throws {NatsError} rejects with 1003 for options, 1002 when no server can be reached or wants us
 * (`reason`: `network`, `authorization`, `protocol`), 1006 when none answered in time
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const context = currentContext();
  const series = new NatsSeries(typeof options?.name === "string" ? options.name : "");
  const startedAt = performance.now();
  try {
    if (context.owned?.ended) throw natsError(1001, undefined, "the virtual user has ended");
    const settings = readConnectOptions(options);
    const connection = await open(settings, context, series);
    series.sink(context, NATS_METRICS.connecting).add(performance.now() - startedAt);
    return connection;
  } catch (error) {
    series.failed(context, error);
    throw error;
  }
}

async function open(
  settings: ConnectSettings,
  context: Context,
  series: NatsSeries,
): Promise<Connection> {
  const { options, servers } = settings;
  const given = options.tls === true ? {} : options.tls || null;
  const [authenticator, tls] = await Promise.all([
    authenticatorOf(options, context.folder),
    given === null ? null : readTlsOptions(given, context.folder),
  ]);
  const coreOptions = { ...coreOptionsOf(settings, tls), ...(authenticator && { authenticator }) };
  // Its constructor is private in its types only; `connect` would take the process-wide transport.
  const core: NatsConnectionImpl & NatsConnection = Reflect.construct(NatsConnectionImpl, [
    coreOptions,
  ]);
  let events: HandlerEvents | undefined;
  const handler = new Handler(core.options, core, {
    context,
    timeoutMs: settings.timeoutMs,
    tls,
    tlsServers: settings.tlsServers,
    handshakeFirst: given?.handshakeFirst === true,
  }, {
    status: (status) => events?.status(status),
    lost: (messages) => events?.lost(messages),
  }, settings.maxPendingBytes);
  core.protocol = handler;
  try {
    await handler.dialLoop();
  } catch (cause) {
    await handler.close();
    throw connectError(cause, servers);
  }
  return new Connection({
    core,
    handler,
    listen: (given) => events = given,
    context,
    series,
    subjects: new SubjectTags(options.subjectName),
    inboxPrefix: options.inboxPrefix,
  });
}

/** The options of nats-core. @param tls of `settings`, read */
export function coreOptionsOf(
  settings: ConnectSettings,
  tls: TlsOptions | null,
): ConnectionOptions {
  const { options } = settings;
  const { name, user, password, token, noEcho, noRandomize, ignoreClusterUpdates } = options;
  const jitter = tls === null && settings.tlsServers.size === 0
    ? settings.jitterMs
    : settings.tlsJitterMs;
  return {
    servers: [...settings.servers],
    ...(name !== undefined && { name }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(token !== undefined && { token }),
    ...(options.inboxPrefix !== undefined && { inboxPrefix: options.inboxPrefix }),
    noEcho: noEcho ?? false,
    noRandomize: noRandomize ?? false,
    ignoreClusterUpdates: ignoreClusterUpdates ?? false,
    timeout: settings.timeoutMs,
    reconnect: settings.reconnect,
    maxReconnectAttempts: settings.maxReconnects,
    reconnectDelayHandler: () => settings.reconnectWaitMs + Math.random() * jitter,
    pingInterval: settings.pingIntervalMs === 0 ? NEVER_MS : settings.pingIntervalMs,
    maxPingOut: settings.maxPingsOut,
    noAsyncTraces: true,
    ...(tls !== null && { tls: {} }),
  };
}

function connectError(cause: unknown, servers: readonly string[]): NatsError {
  const context = `connect to ${servers.join(", ")}`;
  if (cause instanceof NatsError) return natsError(cause.errorCode, cause, context, cause.reason);
  if (cause instanceof errors.TimeoutError) return natsError(1006, cause, context, "network");
  if (cause instanceof NetError) {
    const number = cause.code.endsWith("_timeout") ? 1006 : 1002;
    return natsError(number, cause, context, "network");
  }
  const isRefused = cause instanceof errors.AuthorizationError ||
    cause instanceof errors.UserAuthenticationExpiredError;
  return natsError(1002, cause, context, isRefused ? "authorization" : "protocol");
}
