import {
  checkNames,
  type Clock,
  DownpourError,
  OptionError,
  parseDurationMs,
  SYSTEM_CLOCK,
} from "../../internal/mod.ts";
import { currentContext } from "../../metrics/mod.ts";
import { EventStreamParser, type ServerSentEvent } from "./parser.ts";
import { aborted, type EventStreamResponse, readEvents, streamOf } from "./response.ts";

/** How an event source connects and connects again. */
export interface EventSourceOptions {
  /** Wait before connecting again, until the stream says otherwise: ms or text as `3s`. Default 3 s. */
  readonly retryDelay?: number | string | undefined;
  /** Share of the wait that is added at random, 0 to 1, so that not all come at once. Default 0. */
  readonly jitter?: number | undefined;
  /** How often it connects again in all. Default: as often as it takes. */
  readonly maxReconnects?: number | undefined;
  /** `Last-Event-ID` of the first connection. Default: none. */
  readonly lastEventId?: string | undefined;
  /** Ends it: the loop rejects with the code `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends the request of an event source.
 *
 * @param lastEventId value of the header `Last-Event-ID`, UTF-8 with a character for each byte; there
 * is no such header when this is empty
 * @param signal for the request: aborted when nobody wants its answer any more
 */
export type Connect = (lastEventId: string, signal: AbortSignal) => Promise<EventStreamResponse>;

/** What an event source uses of a clock: tests bring their own. */
export type WaitingClock = Pick<Clock, "after" | "random">;

const NAMES = ["retryDelay", "jitter", "maxReconnects", "lastEventId", "signal"];

/** What may go better the next time. All else, a wrong certificate or URL, ends the source. */
const TRANSIENT: ReadonlySet<string> = new Set([
  ...["connection_refused", "connection_timeout", "connection_reset", "host_unreachable"],
  ...["broken_pipe", "idle_timeout", "socket_closed", "socket_failed", "path_not_found"],
  ...["dns_not_found", "dns_timeout", "dns_failed", "generator_saturated"],
  ...["tls_timeout", "tls_truncated", "proxy_timeout"],
  ...["empty_reply", "response_incomplete", "request_timeout"],
  ...["h2_protocol", "h2_stream", "goaway"],
]);

/**
 * Server-sent events (HTML living standard, 9.2): connects when the loop over it begins, and again
 * whenever the connection ends or fails, with the id of the last event. Status 204 ends it;
 * leaving the loop closes the connection, as does the end of the iteration.
 *
 * When `maxReconnects` are used up it ends with the connection, or rejects with what that failed
 * with.
 *
 * @throws {OptionError} for options that there are not
 * @throws {HttpError} in the loop: `response_malformed` when the answer is no event stream,
 * `response_too_large`, `aborted`; and failures that connecting again won't mend
 */
export function eventSource(
  connect: Connect,
  options: EventSourceOptions = {},
  clock: WaitingClock = SYSTEM_CLOCK,
): AsyncIterable<ServerSentEvent> {
  const settings = check(options);
  const { owned } = currentContext();
  return {
    [Symbol.asyncIterator]: async function* () {
      const life = new AbortController();
      const close = () => life.abort(settings.signal?.reason);
      const closeable = { close };
      owned?.add(closeable);
      settings.signal?.addEventListener("abort", close, { once: true });
      if (settings.signal?.aborted) close();
      try {
        yield* connections(connect, settings, life.signal, clock);
      } finally {
        owned?.delete(closeable);
        settings.signal?.removeEventListener("abort", close);
        life.abort();
      }
    },
  };
}

interface Settings {
  readonly retryMs: number;
  readonly jitter: number;
  readonly maxReconnects: number;
  readonly lastEventId: string;
  readonly signal: AbortSignal | undefined;
}

async function* connections(
  connect: Connect,
  { retryMs, jitter, maxReconnects, lastEventId }: Settings,
  life: AbortSignal,
  clock: WaitingClock,
): AsyncGenerator<ServerSentEvent, void, void> {
  const parser = new EventStreamParser(lastEventId);
  for (let reconnects = 0;; reconnects++) {
    try {
      const response = await unless(life, connect(fieldValue(parser.lastEventId), life));
      const body = await streamOf(response);
      if (body === null) return;
      yield* readEvents(body, parser, life);
      if (reconnects >= maxReconnects) return;
    } catch (error) {
      if (life.aborted) throw aborted(life);
      const transient = error instanceof DownpourError && TRANSIENT.has(error.code);
      if (!transient || reconnects >= maxReconnects) throw error;
    }
    const waitMs = parser.retryMs ?? retryMs;
    await wait(waitMs * (1 + jitter * clock.random()), life, clock);
  }
}

/** Text as header fields carry it: one character for each byte of its UTF-8. */
function fieldValue(text: string): string {
  let value = "";
  for (const byte of new TextEncoder().encode(text)) value += String.fromCharCode(byte);
  return value;
}

/** The response, or a rejection as soon as nobody wants it; it is let go of when it still comes. */
async function unless(
  life: AbortSignal,
  connecting: Promise<EventStreamResponse>,
): Promise<EventStreamResponse> {
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const abort = () => reject(aborted(life));
  if (life.aborted) abort();
  life.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([connecting, cut]);
  } catch (error) {
    connecting.then(({ body }) => body?.cancel()).catch(() => {});
    throw error;
  } finally {
    life.removeEventListener("abort", abort);
  }
}

function wait(ms: number, life: AbortSignal, clock: WaitingClock): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(aborted(life));
    };
    const cancel = clock.after(Math.min(ms, 2 ** 31 - 1), () => {
      life.removeEventListener("abort", abort);
      resolve();
    });
    life.addEventListener("abort", abort, { once: true });
    if (life.aborted) abort();
  });
}

function check(options: EventSourceOptions): Settings {
  checkNames("event source", options, NAMES);
  const { retryDelay = 3000, jitter = 0, maxReconnects = Infinity, lastEventId = "" } = options;
  if (!(typeof jitter === "number" && jitter >= 0 && jitter <= 1)) {
    throw new OptionError("jitter", `jitter must be a number from 0 to 1: ${String(jitter)}`);
  }
  const isCount = Number.isSafeInteger(maxReconnects) || maxReconnects === Infinity;
  if (!isCount || maxReconnects < 0) {
    const got = String(maxReconnects);
    throw new OptionError("maxReconnects", `maxReconnects must be a whole number from 0: ${got}`);
  }
  // What a header value can't hold is refused where it would be sent.
  if (typeof lastEventId !== "string") {
    throw new OptionError("lastEventId", `lastEventId must be text: ${String(lastEventId)}`);
  }
  const retryMs = parseDurationMs(retryDelay, "retryDelay");
  return { retryMs, jitter, maxReconnects, lastEventId, signal: options.signal };
}
