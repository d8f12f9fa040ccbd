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

/**
 * Sends a request and what it leads to: one more attempt when a reused connection had died, then
 * the redirects. Every attempt is recorded, failed ones too.
 */
export async function sendRequest(
  pool: Pool,
  first: Prepared,
  settings: Settings,
): Promise<Response> {
  const context = currentContext();
  let tags = context.tags;
  if (settings.tags !== undefined) tags = tags.withAll(settings.tags);
  if (settings.name !== undefined) tags = tags.with("name", settings.name);
  let request = first;
  for (let hops = 0;; hops++) {
    const response = await attempt(pool, request, settings, context, tags, 1);
    if (response.error !== null) {
      if (settings.throwing || response.error.code === "aborted") throw response.error;
      return response;
    }
    if (!isRedirect(response.status) || hops >= settings.maxRedirects) return response;
    let next: Prepared | null;
    try {
      next = redirected(request, response.status, response.rawHead);
    } catch (error) {
      if (settings.throwing) throw error;
      return response.failedWith(error as DownpourError);
    }
    if (next === null) return response;
    if (settings.mode === "stream") await response.body.cancel();
    request = next;
  }
}

async function attempt(
  pool: Pool,
  request: Prepared,
  settings: Settings,
  context: Context,
  tags: Tags,
  attempts: number,
): Promise<Response> {
  const { address } = request.target;
  const { signal } = settings;
  const startedAt = performance.now();
  const timings: Timings = {
    blocked: 0,
    connecting: 0,
    tls: 0,
    sending: 0,
    waiting: 0,
    receiving: 0,
  };
  // A second attempt is there because an idle connection had died: it gets a new one.
  const idle = attempts === 1 ? pool.take(address) : undefined;
  let connection: Connection | undefined = idle;
  let connectedAt = startedAt;
  let onAbort: (() => void) | undefined;
  try {
    if (signal?.aborted) throw aborted(signal);
    if (connection === undefined) {
      const limit = Math.min(settings.connectTimeoutMs, settings.timeoutMs);
      connection = await pool.connect(address, limit, signal);
      connectedAt = performance.now();
      timings.blocked = connectedAt - startedAt;
      timings.connecting = connection.socket.timings.connectMs;
    }
    if (signal !== undefined) {
      const busy = connection;
      onAbort = () => busy.fail(aborted(signal));
      signal.addEventListener("abort", onAbort, { once: true });
    }
    await connection.exchange(request, settings.mode, startedAt, settings.timeoutMs);
  } catch (error) {
    if (onAbort !== undefined) signal!.removeEventListener("abort", onAbort);
    if (!(error instanceof DownpourError)) throw error;
    const resend = idle !== undefined && request.resendable && diedUnanswered(error) &&
      !idle.answered;
    measureFailure(timings, connection, startedAt, connectedAt);
    record(request, context, tags, 0, 1, error, timings);
    if (resend) return attempt(pool, request, settings, context, tags, 2);
    return new Response({
      request,
      status: 0,
      head: NOTHING,
      trailers: noTrailers,
      body: NOTHING,
      error,
      socket: connection?.socket ?? null,
      timings,
      attempts,
      desync: false,
    });
  }
  timings.sending = connection.sentAt - connectedAt;
  timings.waiting = connection.firstByteAt - connection.sentAt;
  const { status, minor, head } = connection;
  if (connection.streaming) {
    const busy = connection;
    const body = streamBody(busy, (error) => {
      if (onAbort !== undefined) signal!.removeEventListener("abort", onAbort);
      timings.receiving = performance.now() - busy.firstByteAt;
      record(request, context, tags, error === null ? status : 0, minor, error, timings);
      if (settings.closeAfter) busy.close();
      pool.put(busy);
    });
    return new Response({
      request,
      status,
      head,
      trailers: () => busy.trailers,
      body,
      error: null,
      socket: busy.socket,
      timings,
      attempts,
      desync: false,
    });
  }
  if (onAbort !== undefined) signal!.removeEventListener("abort", onAbort);
  timings.receiving = connection.endedAt - connection.firstByteAt;
  record(request, context, tags, status, minor, null, timings);
  const { body, trailers, desync, socket } = connection;
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
    attempts,
    desync,
  });
}

/** A failed attempt's time goes to the phase it failed in; waiting, once the request was sent (k6). */
function measureFailure(
  timings: Timings,
  connection: Connection | undefined,
  startedAt: number,
  connectedAt: number,
): void {
  const now = performance.now();
  if (connection === undefined) {
    timings.blocked = timings.connecting = now - startedAt;
  } else if (connection.phase === "send") {
    timings.sending = now - connectedAt;
  } else {
    timings.sending = connection.sentAt - connectedAt;
    const answeredAt = connection.answered ? connection.firstByteAt : now;
    timings.waiting = answeredAt - connection.sentAt;
    timings.receiving = now - answeredAt;
  }
}

function aborted(signal: AbortSignal): HttpError {
  return new HttpError("aborted", "send", "request aborted by its signal", signal.reason);
}
