import type { DownpourError } from "../internal/mod.ts";
import { HttpError } from "./errors.ts";
import type { Lane } from "./lane.ts";

/**
 * A response body that its reader pulls off the connection, a chunk at a time. `ended` is called
 * once: with null at the end or when the reader has had enough, else with what went wrong.
 */
export function streamBody(
  connection: Lane,
  ended: (error: DownpourError | null) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const chunk = await connection.chunk();
        if (chunk !== null) return controller.enqueue(chunk);
        controller.close();
        ended(null);
      } catch (error) {
        ended(error as DownpourError);
        throw error;
      }
    },
    cancel() {
      connection.fail(new HttpError("aborted", "body", "response body cancelled by its reader"));
      ended(null);
    },
  }, { highWaterMark: 0 });
}
