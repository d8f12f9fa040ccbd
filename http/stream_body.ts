import { DownpourError } from "../internal/mod.ts";
import { HttpError } from "./errors.ts";
import type { Lane } from "./lane.ts";

/**
 * A response body that its reader pulls off the connection, a chunk at a time. `ended` is called
 * once: with null at the end or when the reader has had enough, else with what went wrong.
 */
export function streamBody(
  connection: Pick<Lane, "chunk" | "fail">,
  ended: (error: DownpourError | null) => void,
): ReadableStream<Uint8Array> {
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      begun.add(stream);
      try {
        const chunk = await connection.chunk();
        if (chunk !== null) return controller.enqueue(chunk);
        controller.close();
        ended(null);
      } catch (error) {
        ended(error instanceof DownpourError ? error : stopped(error));
        throw error;
      }
    },
    cancel() {
      begun.add(stream);
      connection.fail(new HttpError("aborted", "body", "response body cancelled by its reader"));
      ended(null);
    },
  }, { highWaterMark: 0 });
  return stream;
}

function stopped(cause: unknown): HttpError {
  return new HttpError("aborted", "body", "a listener of bodyChunkReceived threw", cause);
}

/** A body that came whole though a stream was asked for: read once, as one that didn't. */
export function once(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      begun.add(stream);
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
    cancel: () => void begun.add(stream),
  }, { highWaterMark: 0 });
  return stream;
}

const begun = new WeakSet<ReadableStream<Uint8Array>>();

/** Marks a body that somebody has begun to read. */
export function markBegun(body: ReadableStream<Uint8Array>): void {
  begun.add(body);
}

/** Whether somebody has begun to read a body. */
export function isBegun(body: ReadableStream<Uint8Array>): boolean {
  return begun.has(body);
}
