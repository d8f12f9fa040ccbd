import { HttpError } from "../errors.ts";
import { EventStreamParser, type ServerSentEvent } from "./parser.ts";

/** What is needed of a response: `Response` of this package has it. */
export interface EventStreamResponse {
  /** Status code; 0 when the request failed. */
  readonly status: number;
  /** Header fields. */
  readonly headers: Headers;
  /** The body as it comes; asked for once. */
  readonly body: ReadableStream<Uint8Array> | null;
  /** Why the request failed, where failed requests give a response too. */
  readonly error?: Error | null | undefined;
}

/** How `events` reads. */
export interface EventsOptions {
  /** Ends the reading: it rejects with the code `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The events of one response, as they come. Leaving the loop cancels the body; status 204 has none.
 *
 * @throws {HttpError} `response_malformed` when it is no event stream, `response_too_large`,
 * `aborted`; and what reading the body fails with
 */
export async function* events(
  response: EventStreamResponse,
  options: EventsOptions = {},
): AsyncGenerator<ServerSentEvent, void, void> {
  const body = await streamOf(response);
  if (body !== null) yield* readEvents(body, new EventStreamParser(), options.signal);
}

/**
 * The body of a response that is an event stream; null for one that says there are no more.
 *
 * @throws what made the request fail; {HttpError} `response_malformed` for anything else
 */
export async function streamOf(
  response: EventStreamResponse,
): Promise<ReadableStream<Uint8Array> | null> {
  const { status, headers, error, body } = response;
  if (error !== null && error !== undefined) throw error;
  const type = headers.get("content-type");
  const isStream = /^text\/event-stream[ \t]*(;|$)/i.test(type ?? "");
  if (status === 200 && isStream && body !== null) return body;
  // Nobody else knows of this body.
  await body?.cancel().catch(() => {});
  if (status === 204) return null;
  const found = status === 200 ? `content type ${type ?? "unknown"}` : `status ${status}`;
  throw new HttpError(
    "response_malformed",
    "headers",
    `expected an event stream, status 200 and content type text/event-stream: got ${found}`,
  );
}

/** The events in a body, to its end. Leaving it early cancels the body. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  parser: EventStreamParser,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServerSentEvent, void, void> {
  const reader = body.getReader();
  const abort = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener("abort", abort, { once: true });
  try {
    for (;;) {
      if (signal?.aborted) throw aborted(signal);
      const { done, value } = await reader.read();
      if (signal?.aborted) throw aborted(signal);
      if (done) return;
      const complete: ServerSentEvent[] = [];
      try {
        parser.push(value, (event) => complete.push(event));
      } finally {
        // Also those before what is too large: it makes no difference how the bytes were cut.
        yield* complete;
      }
    }
  } finally {
    parser.end();
    signal?.removeEventListener("abort", abort);
    await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** The error of a reading that its signal ended. */
export function aborted(signal: AbortSignal): HttpError {
  return new HttpError("aborted", "body", "event stream aborted by its signal", signal.reason);
}
