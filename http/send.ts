import { DownpourError } from "../internal/mod.ts";
import { type Context, currentContext, type Tags } from "../metrics/mod.ts";
import { setCookieOf } from "./cookie_keeper.ts";
import { hasSetCookie } from "./has_set_cookie.ts";
import { HttpError } from "./errors.ts";
import type { BodyMode } from "./lane.ts";
import { Connection, diedUnanswered } from "./h1/mod.ts";
import { type Call, failed, failedTimings, streaming, tell, whole } from "./outcome.ts";
import { watchPhases } from "./phase_clock.ts";
import type { AnyLane, Pool } from "./pool.ts";
import { asH2, forProxy, type Prepared } from "./prepare.ts";
import { isRedirect, redirected } from "./redirect.ts";
import type { Response } from "./response.ts";
import type { Timings } from "./samples.ts";
import type { Settings } from "./settings.ts";
import { stopped } from "./stream_body.ts";
import { isOver } from "./timeouts.ts";
import { tracedExchange } from "./traced_exchange.ts";

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
  const { trace, limits } = settings;
  const call: Call = {
    pool,
    settings,
    context,
    tags: tagsOf(context, settings),
    request: settings.cookies === null ? first : settings.cookies.attach(first),
    attempts: 1,
    unwatch: undefined,
  };
  // An attempt that follows one on an idle connection that had died gets a new connection.
  let mayReuse = true;
  for (let hops = 0;;) {
    const { request } = call;
    if (settings.place !== undefined) await settings.place.turn(settings.signal);
    let startedAt = performance.now();
    trace?.start();
    const mayTake = mayReuse && !isOver(limits);
    const idle = mayTake ? pool.take(request.target.origin) : undefined;
    let lane = idle;
    let connectedAt = startedAt;
    /** Whether the connection was made for this attempt. */
    let made = false;
    try {
      if (lane === undefined) {
        lane = await connect(call);
        connectedAt = performance.now();
        made = lane.served === 0;
      }
      if (trace !== undefined) {
        await trace.acquired(lane);
        // The time of listeners is nobody's.
        startedAt += trace.listenedMs;
        connectedAt = idle === undefined ? performance.now() : startedAt;
      }
      const disobey = settings.signal === undefined ? undefined : obey(settings.signal, lane);
      call.unwatch = limits === undefined ? disobey : watchPhases(lane, limits, disobey);
      if (trace === undefined) await exchange(lane, request, settings.mode, startedAt, settings);
      else await tracedExchange(trace, lane, request, startedAt, settings, exchange);
    } catch (caught) {
      call.unwatch?.();
      if (lane !== undefined && !(lane instanceof Connection)) pool.put(lane);
      // What a listener threw comes first.
      const thrown = trace === undefined ? undefined : await trace.thrown();
      const error = thrown === undefined ? caught : stopped(lane?.phase ?? "connect", thrown.error);
      if (!(error instanceof DownpourError)) throw error;
      if (trace !== undefined && lane === undefined) startedAt += trace.listenedMs;
      const timings = failedTimings(lane, made, startedAt, connectedAt);
      tell(call, lane, 0, null, error, timings);
      if (thrown !== undefined) throw thrown.error;
      if (isResendable(call, made, lane, error)) {
        call.attempts++;
        mayReuse = isUnprocessed(lane);
        continue;
      }
      if (settings.throwing || error.code === "aborted") throw error;
      return failed(call, error, lane, timings);
    }
    const timings: Timings = {
      blocked: connectedAt - startedAt,
      lookup: made ? trace?.lookupMs ?? lane.socket.timings.lookupMs : 0,
      connecting: made ? lane.socket.timings.connectMs : 0,
      tls: made ? lane.socket.timings.tlsMs : 0,
      sending: lane.sentAt - connectedAt,
      waiting: lane.firstByteAt - lane.sentAt,
      receiving: lane.endedAt - lane.firstByteAt,
    };
    const setsCookie = settings.cookies !== null &&
      (lane instanceof Connection ? lane.setsCookie : hasSetCookie(lane.head));
    const live = lane instanceof Connection ? lane.streaming : settings.mode === "stream";
    const response = live ? streaming(call, lane, timings) : whole(call, lane, timings);
    if (setsCookie) await keep(settings, request, response);
    if (!isRedirect(response.status) || hops++ >= settings.maxRedirects) return response;
    let next: Prepared | null;
    try {
      next = redirected(request, response.status, response.rawHead);
    } catch (error) {
      if (settings.mode === "stream") await response.body.cancel();
      if (settings.throwing) throw error;
      return response.failedWith(error as DownpourError);
    }
    if (next === null) return response;
    if (settings.mode === "stream") await response.body.cancel();
    call.request = settings.cookies === null ? next : settings.cookies.attach(next);
    call.attempts = 1;
    mayReuse = true;
  }
}

function keep({ cookies }: Settings, request: Prepared, response: Response): Promise<void> {
  return cookies!.store(request.target.url, setCookieOf(response.rawHead));
}

function tagsOf(context: Context, settings: Settings): Tags {
  let tags = context.tags;
  if (settings.tags !== undefined) tags = tags.withAll(settings.tags);
  if (settings.name !== undefined) tags = tags.with("name", settings.name);
  return tags;
}

function connect({ pool, request, settings }: Call): Promise<AnyLane> {
  const { signal, connectTimeoutMs, timeoutMs, trace, limits } = settings;
  if (limits !== undefined) {
    return import("./connect_within.ts") // Only for those who need it.
      .then(({ connectWithin }) => connectWithin(pool, request.target, settings, limits));
  }
  return pool.connect(request.target, Math.min(connectTimeoutMs, timeoutMs), signal, trace);
}

/** Begins an exchange in the lane's version of HTTP. */
function exchange(
  lane: AnyLane,
  request: Prepared,
  mode: BodyMode,
  startedAt: number,
  { timeoutMs }: Settings,
): Promise<void> {
  if (lane instanceof Connection) {
    const form = lane.proxy === null ? request : forProxy(request, lane.proxy);
    return lane.exchange(form, mode, startedAt, timeoutMs);
  }
  if (!request.upgrades) return lane.exchange(asH2(request), mode, startedAt, timeoutMs);
  lane.close();
  throw new HttpError(
    "request_invalid",
    "send",
    "a request with Upgrade needs HTTP/1.1: give the client version 1.1",
  );
}

/** Lets a signal end what `lane` does; returns what stops that. */
function obey(signal: AbortSignal, lane: AnyLane): () => void {
  if (signal.aborted) {
    lane.close();
    throw aborted(signal);
  }
  const onAbort = (): void => lane.fail(aborted(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}

function aborted(signal: AbortSignal): HttpError {
  return new HttpError("aborted", "send", "request aborted by its signal", signal.reason);
}

/** Most attempts with which a server has done nothing: one that takes none at all isn't asked for ever. */
const MAX_UNPROCESSED = 10;

/** Whether an attempt surely did nothing, or may be repeated (RFC 9110 §9.2.2, RFC 9113 §8.7). */
function isResendable(
  { request, attempts }: Call,
  made: boolean,
  lane: AnyLane | undefined,
  error: DownpourError,
): boolean {
  if (lane === undefined || (request.body?.stream && !request.body.repeatable)) return false;
  if (isUnprocessed(lane)) return attempts < MAX_UNPROCESSED && error.code !== "request_invalid";
  const died = !lane.answered && diedUnanswered(error);
  return died && attempts === 1 && !made && request.resendable;
}

function isUnprocessed(lane: AnyLane | undefined): boolean {
  return lane !== undefined && !(lane instanceof Connection) && lane.unprocessed;
}
