import { mergeHeaders, NO_HEADERS } from "./headers.ts";
import type { CallOptions } from "./call_options.ts";
import type { Response } from "./response.ts";
import type { Connect, EventSourceOptions, ServerSentEvent } from "./sse/mod.ts";

/** Sends a GET request. */
type Get = (url: string | URL, options: CallOptions) => Promise<Response>;

/** A stream of events has no end; a limit of the client's for silence still counts. */
const ENDLESS = { attempt: 0, total: 0 } as const;

/** See `Client.events`. */
export async function* eventsOf(
  get: Get,
  url: string | URL,
  options: CallOptions & EventSourceOptions,
): AsyncGenerator<ServerSentEvent, void> {
  const { eventSource } = await import("./sse/mod.ts"); // Only for those who need it.
  const { retryDelay, jitter, maxReconnects, lastEventId, signal, ...call } = options;
  const given = Object.entries({ retryDelay, jitter, maxReconnects, lastEventId, signal })
    .filter(([, value]) => value !== undefined);
  const base = mergeHeaders(NO_HEADERS, call.headers);
  const connect: Connect = (id, signal) => {
    const own = { Accept: "text/event-stream", ...(id === "" ? {} : { "Last-Event-ID": id }) };
    const headers = [...mergeHeaders(base, own).values()].flat();
    return get(url, { ...call, headers, signal, responseType: "stream", timeout: ENDLESS });
  };
  yield* eventSource(connect, Object.fromEntries(given));
}
