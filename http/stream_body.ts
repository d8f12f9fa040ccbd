import { DownpourError } from "../internal/mod.ts";
import { HttpError, type HttpPhase } from "./errors.ts";
import type { Lane } from "./lane.ts";

/**
 * A response body that its reader pulls off the connection, a chunk at a time. `ended` is called
 * once: with null at the end or when the reader has had enough, else with what went wrong.
 */
export function streamBody(
  connection: Pick<Lane, "chunk" | "fail">,
  ended: (error: DownpourError | null) => void,
): ReadableStream<Uint8Array> {
  let isOver = false;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      begun.add(stream);
      try {
        const chunk = await connection.chunk();
        if (chunk !== null) return controller.enqueue(chunk);
        controller.close();
        isOver = true;
        ended(null);
      } catch (error) {
        if (!isOver) {
          isOver = true;
          ended(error instanceof DownpourError ? error : stopped("body", error));
        }
        throw error;
      }
    },
    // May come while a chunk is awaited, which then fails.
    cancel() {
      begun.add(stream);
      isOver = true;
      connection.fail(new HttpError("aborted", "body", "response body cancelled by its reader"));
      ended(null);
    },
  }, { highWaterMark: 0 });
  return stream;
}

/** What became of a request whose listener threw. */
export function stopped(phase: HttpPhase, cause: unknown): HttpError {
  return new HttpError("aborted", phase, "a listener threw", cause);
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
