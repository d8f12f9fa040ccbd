import { DownpourError } from "../internal/mod.ts";
import { type Context, currentContext, type Tags } from "../metrics/mod.ts";
import { HttpError } from "./errors.ts";
import { type Connection, diedUnanswered } from "./h1/mod.ts";
import type { Pool } from "./pool.ts";
import type { Prepared } from "./prepare.ts";
import { isRedirect, redirected } from "./redirect.ts";
import { Response } from "./response.ts";
import { record, type Timings } from "./samples.ts";
import type { Settings } from "./settings.ts";
import { streamBody } from "./stream_body.ts";

const NOTHING = new Uint8Array(0);
const noTrailers = (): Uint8Array => NOTHING;

/** A call under way: what it was asked, and how far it is. */
interface Call {
  readonly pool: Pool;
  readonly settings: Settings;
  readonly context: Context;
  readonly tags: Tags;
  /** What is being sent: after a redirect, another request than at first. */
  request: Prepared;
  /** How often it was sent. */
  attempts: number;
  /** Stops listening to the caller's signal. */
  ignoreSignal: (() => void) | undefined;
}

/**
 * Sends a request and what it leads to: one more attempt when a reused connection had died, then
 * the redirects. Every attempt is recorded, failed ones too.
 *
 * One function sends, because each further one on the way would cost every request a promise.
 */
export async function sendRequest(
  pool: Pool,
  first: Prepared,
  settings: Settings,
): Promise<Response> {
  if (settings.signal?.aborted) throw aborted(settings.signal);
  const context = currentContext();
  const call: Call = {
    pool,
    settings,
    context,
    tags: tagsOf(context, settings),
    request: first,
    attempts: 1,
    ignoreSignal: undefined,
  };
  for (let hops = 0;;) {
    const { request } = call;
    const startedAt = performance.now();
    // A second attempt is there because an idle connection had died: it gets a new one.
    const idle = call.attempts === 1 ? pool.take(request.target.origin) : undefined;
    let connection = idle;
    let connectedAt = startedAt;
    try {
      if (connection === undefined) {
        connection = await connect(call);
        connectedAt = performance.now();
      }
      if (settings.signal !== undefined) call.ignoreSignal = obey(settings.signal, connection);
      await connection.exchange(request, settings.mode, startedAt, settings.timeoutMs);
    } catch (error) {
      call.ignoreSignal?.();
      if (!(error instanceof DownpourError)) throw error;
      const timings = failedTimings(connection, startedAt, connectedAt);
      record(request, context, call.tags, 0, 1, error, timings);
      if (idle !== undefined && isResendable(request, idle, error)) {
        call.attempts = 2;
        continue;
      }
      if (settings.throwing || error.code === "aborted") throw error;
      return failed(call, error, connection, timings);
    }
    const timings: Timings = {
      blocked: connectedAt - startedAt,
      connecting: idle === undefined ? connection.socket.timings.connectMs : 0,
      tls: idle === undefined ? connection.socket.timings.tlsMs : 0,
      sending: connection.sentAt - connectedAt,
      waiting: connection.firstByteAt - connection.sentAt,
      receiving: connection.endedAt - connection.firstByteAt,
    };
    const response = connection.streaming
      ? streaming(call, connection, timings)
      : whole(call, connection, timings);
    if (!isRedirect(response.status) || hops++ >= settings.maxRedirects) return response;
    try {
      const next = redirected(request, response.status, response.rawHead);
      if (next === null) return response;
      if (settings.mode === "stream") await response.body.cancel();
      call.request = next;
      call.attempts = 1;
    } catch (error) {
      if (settings.throwing) throw error;
      return response.failedWith(error as DownpourError);
    }
  }
}

function tagsOf(context: Context, settings: Settings): Tags {
  let tags = context.tags;
  if (settings.tags !== undefined) tags = tags.withAll(settings.tags);
  if (settings.name !== undefined) tags = tags.with("name", settings.name);
  return tags;
}

function connect({ pool, request, settings }: Call): Promise<Connection> {
  const { signal, connectTimeoutMs, timeoutMs } = settings;
  return pool.connect(request.target, Math.min(connectTimeoutMs, timeoutMs), signal);
}

/** Lets a signal end what `connection` does; returns what stops that. */
function obey(signal: AbortSignal, connection: Connection): () => void {
  if (signal.aborted) {
    connection.close();
    throw aborted(signal);
  }
  const onAbort = (): void => connection.fail(aborted(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}

function aborted(signal: AbortSignal): HttpError {
  return new HttpError("aborted", "send", "request aborted by its signal", signal.reason);
}

function isResendable(request: Prepared, idle: Connection, error: DownpourError): boolean {
  return request.resendable && !idle.answered && diedUnanswered(error);
}

/** A response that is here with its body, or without the body that nobody wanted. */
function whole(call: Call, connection: Connection, timings: Timings): Response {
  const { pool, request, settings, context, tags } = call;
  const { status, head, body, trailers, desync, socket } = connection;
  call.ignoreSignal?.();
  record(request, context, tags, status, connection.minor, null, timings);
  if (settings.closeAfter) connection.close();
  else pool.put(connection);
  return new Response({
    request,
    status,
    head,
    trailers: trailers.length === 0 ? noTrailers : () => trailers,
    body: settings.mode === "discard" ? "dropped" : body,
    error: null,
    socket,
    timings,
    attempts: call.attempts,
    desync,
  });
}

/** A response whose body its reader will take off the connection; recorded when that is done. */
function streaming(call: Call, connection: Connection, timings: Timings): Response {
  const { pool, request, settings, context, tags } = call;
  const { status, head, minor, socket } = connection;
  timings.receiving = 0;
  const body = streamBody(connection, (error) => {
    call.ignoreSignal?.();
    timings.receiving = performance.now() - connection.firstByteAt;
    record(request, context, tags, error === null ? status : 0, minor, error, timings);
    if (settings.closeAfter) connection.close();
    pool.put(connection);
  });
  return new Response({
    request,
    status,
    head,
    trailers: () => connection.trailers,
    body,
    error: null,
    socket,
    timings,
    attempts: call.attempts,
    desync: false,
  });
}

function failed(
  call: Call,
  error: DownpourError,
  connection: Connection | undefined,
  timings: Timings,
): Response {
  return new Response({
    request: call.request,
    status: 0,
    head: NOTHING,
    trailers: noTrailers,
    body: NOTHING,
    error,
    socket: connection?.socket ?? null,
    timings,
    attempts: call.attempts,
    desync: false,
  });
}

/** A failed attempt's time goes to the phase it failed in; waiting, once the request was sent (k6). */
function failedTimings(
  connection: Connection | undefined,
  startedAt: number,
  connectedAt: number,
): Timings {
  const now = performance.now();
  const timings: Timings = {
    blocked: connectedAt - startedAt,
    connecting: 0,
    tls: 0,
    sending: 0,
    waiting: 0,
    receiving: 0,
  };
  if (connection === undefined) {
    timings.blocked = timings.connecting = now - startedAt;
    return timings;
  }
  if (connectedAt > startedAt) {
    timings.connecting = connection.socket.timings.connectMs;
    timings.tls = connection.socket.timings.tlsMs;
  }
  if (connection.phase === "send") {
    timings.sending = now - connectedAt;
    return timings;
  }
  timings.sending = connection.sentAt - connectedAt;
  const answeredAt = connection.answered ? connection.firstByteAt : now;
  timings.waiting = answeredAt - connection.sentAt;
  timings.receiving = now - answeredAt;
  return timings;
}
