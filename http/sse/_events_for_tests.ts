import { HttpError } from "../errors.ts";
import { EventStreamParser, type ServerSentEvent } from "./parser.ts";
import type { Connect } from "./reader.ts";
import type { EventStreamResponse } from "./response.ts";

/** All events of some chunks. */
export function parse(...chunks: (string | Uint8Array)[]): ServerSentEvent[] {
  const parser = new EventStreamParser();
  const found: ServerSentEvent[] = [];
  for (const chunk of chunks) parser.push(bytesOf(chunk), (event) => found.push(event));
  parser.end();
  return found;
}

/** Text as UTF-8. */
export function bytesOf(chunk: string | Uint8Array): Uint8Array {
  return typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
}

/** A response of an event stream that ends, or hangs, or fails, after some chunks. */
export function stream(
  chunks: readonly string[],
  end: "end" | "hang" | Error = "end",
  cancelled: () => void = () => {},
): EventStreamResponse {
  const left = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift();
      if (chunk !== undefined) return controller.enqueue(bytesOf(chunk));
      if (end === "hang") return new Promise(() => {});
      if (end === "end") return controller.close();
      throw end;
    },
    cancel: () => cancelled(),
  }, { highWaterMark: 0 });
  return { status: 200, headers: new Headers({ "content-type": "text/event-stream" }), body };
}

/** Answers one connection after another, and keeps the ids that these were asked with. */
export function answering(
  answers: readonly (() => EventStreamResponse | Promise<EventStreamResponse>)[],
): Connect & { readonly ids: string[] } {
  const ids: string[] = [];
  const connect: Connect = async (id) => {
    const answer = answers[ids.length];
    ids.push(id);
    if (answer === undefined) throw new Error(`connected ${ids.length} times`);
    return await answer();
  };
  return Object.assign(connect, { ids });
}

/** Connects to a server by Deno's own client, with the failures that ours would give. */
export function fetching(url: string): Connect {
  return async (lastEventId) => {
    const headers = new Headers(lastEventId === "" ? [] : [["last-event-id", lastEventId]]);
    const response = await fetch(url, { headers });
    const reader = response.body?.getReader();
    if (reader === undefined) {
      return { status: response.status, headers: response.headers, body: null };
    }
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (cause) {
          throw new HttpError("response_incomplete", "body", "connection lost", cause);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    }, { highWaterMark: 0 });
    return { status: response.status, headers: response.headers, body };
  };
}

/** A clock on which every wait is over at once, and is kept. */
export function quickClock(random = 0) {
  const waits: number[] = [];
  return {
    waits,
    random: () => random,
    after(ms: number, call: () => void) {
      waits.push(ms);
      let taken = false;
      queueMicrotask(() => taken || call());
      return () => {
        taken = true;
      };
    },
  };
}
