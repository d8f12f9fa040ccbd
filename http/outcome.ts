import type { DownpourError } from "../internal/mod.ts";
import type { Context, Tags } from "../metrics/mod.ts";
import { exchangeFacts } from "./exchange_facts.ts";
import { describeExchange } from "./exchange_log.ts";
import { failureSample } from "./failure_sample.ts";
import type { Protocol } from "./lane.ts";
import type { AnyLane, Pool } from "./pool.ts";
import type { Prepared } from "./prepare.ts";
import { Response } from "./response.ts";
import { type Attempt, record, type Timings } from "./samples.ts";
import type { Settings } from "./settings.ts";
import { once, streamBody } from "./stream_body.ts";
import { toldChunks } from "./traced_exchange.ts";

const NOTHING = new Uint8Array(0);
const noTrailers = (): Uint8Array => NOTHING;

/** A call under way: what it was asked, and how far it is. */
export interface Call {
  readonly pool: Pool;
  readonly settings: Settings;
  readonly context: Context;
  readonly tags: Tags;
  /** What is being sent: after a redirect, another request than at first. */
  request: Prepared;
  /** How often it was sent. */
  attempts: number;
  /** Ends the watching over an attempt: by the caller's signal, and for the limits of its phases. */
  unwatch: (() => void) | undefined;
}

/** Records an attempt, or hands it to whom it may concern first. */
export function tell(
  call: Call,
  lane: AnyLane | undefined,
  status: number,
  protocol: Protocol | null,
  error: DownpourError | null,
  timings: Timings,
): void {
  const attempt = attemptOf(call, lane, status, protocol, error, timings);
  const { onAttempt, debug, mode } = call.settings;
  if (debug !== undefined) {
    const { request } = call;
    const full = debug === "full";
    const facts = full ? exchangeFacts(lane?.socket, protocol, timings) : [];
    // deno-lint-ignore downpour/console -- the run's log, where httpDebug is to write
    console.log(describeExchange({ request, lane, error, mode, facts }, full));
  }
  if (error !== null || status >= 400) keepSample(call, lane, status, error);
  if (onAttempt === undefined) record(attempt);
  else onAttempt(attempt);
}

/** Keeps the first few attempts that failed, for people; what is expected is no failure. */
function keepSample(
  { request, context, settings }: Call,
  lane: AnyLane | undefined,
  status: number,
  error: DownpourError | null,
): void {
  const { failures } = context.recorder;
  const { isExpected, mode } = settings;
  if (error === null && isExpected !== null && isExpected(status)) return;
  if (failures?.wants(error?.code ?? status)) {
    failures.add(failureSample(request, lane, status, error, mode));
  }
}

function attemptOf(
  { request, context, tags, settings }: Call,
  lane: AnyLane | undefined,
  status: number,
  protocol: Protocol | null,
  error: DownpourError | null,
  timings: Timings,
): Attempt {
  const { isExpected, moreMetrics: more } = settings;
  const tlsVersion = lane?.socket.tls?.version ?? null;
  const ip = settings.tagsIp ? lane?.socket.remoteAddress?.ip ?? null : null;
  return {
    request,
    context,
    tags,
    isExpected,
    more,
    status,
    protocol,
    tlsVersion,
    ip,
    error,
    timings,
  };
}

/** A response that is here with its body, or without the body that nobody wanted. */
export function whole(call: Call, lane: AnyLane, timings: Timings): Response {
  const { pool, request, settings } = call;
  const { status, head, body, trailers, desync, socket, protocol } = lane;
  call.unwatch?.();
  tell(call, lane, status, protocol, null, timings);
  if (settings.closeAfter) lane.close();
  pool.put(lane);
  return new Response({
    request,
    status,
    protocol,
    head,
    trailers: trailers.length === 0 ? noTrailers : () => trailers,
    body: settings.mode === "discard" ? "dropped" : settings.mode === "stream" ? once(body) : body,
    maxBodyBytes: settings.maxBodyBytes,
    decompress: settings.decompress,
    error: null,
    socket,
    leftover: status === 101 && "leftover" in lane ? lane.leftover : undefined,
    timings,
    attempts: call.attempts,
    desync,
  });
}

/** A response whose body its reader will take off the lane; recorded when that is done. */
export function streaming(call: Call, lane: AnyLane, timings: Timings): Response {
  const { pool, request, settings } = call;
  const { status, head, protocol, socket } = lane;
  timings.receiving = 0;
  settings.onHead?.(attemptOf(call, lane, status, protocol, null, timings));
  const { trace } = settings;
  const source = trace === undefined ? lane : toldChunks(lane, trace);
  const body = streamBody(source, (error) => {
    call.unwatch?.();
    timings.receiving = performance.now() - lane.firstByteAt;
    tell(call, lane, error === null ? status : 0, protocol, error, timings);
    if (settings.closeAfter) lane.close();
    pool.put(lane);
  });
  return new Response({
    request,
    status,
    protocol,
    head,
    trailers: () => lane.trailers,
    body,
    maxBodyBytes: settings.maxBodyBytes,
    decompress: settings.decompress,
    error: null,
    socket,
    timings,
    attempts: call.attempts,
    desync: false,
  });
}

export function failed(
  call: Pick<Call, "request" | "settings" | "attempts">,
  error: DownpourError,
  lane: AnyLane | undefined,
  timings: Timings,
): Response {
  const { request, settings } = call;
  return new Response({
    request,
    status: 0,
    protocol: null,
    head: NOTHING,
    trailers: noTrailers,
    body: NOTHING,
    maxBodyBytes: settings.maxBodyBytes,
    decompress: settings.decompress,
    error,
    socket: lane?.socket ?? null,
    timings,
    attempts: call.attempts,
    desync: false,
  });
}

/** A failed attempt's time goes to the phase it failed in; waiting, once the request was sent (k6). */
export function failedTimings(
  lane: AnyLane | undefined,
  made: boolean,
  startedAt: number,
  connectedAt: number,
): Timings {
  const now = performance.now();
  const timings: Timings = {
    blocked: connectedAt - startedAt,
    lookup: 0,
    connecting: 0,
    tls: 0,
    sending: 0,
    waiting: 0,
    receiving: 0,
  };
  if (lane === undefined) {
    timings.blocked = timings.connecting = now - startedAt;
    return timings;
  }
  if (made) {
    timings.lookup = lane.socket.timings.lookupMs;
    timings.connecting = lane.socket.timings.connectMs;
    timings.tls = lane.socket.timings.tlsMs;
  }
  if (lane.phase === "send") {
    timings.sending = now - connectedAt;
    return timings;
  }
  timings.sending = lane.sentAt - connectedAt;
  const answeredAt = lane.answered ? lane.firstByteAt : now;
  timings.waiting = answeredAt - lane.sentAt;
  timings.receiving = now - answeredAt;
  return timings;
}
