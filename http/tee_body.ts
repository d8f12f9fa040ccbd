import { HttpError } from "./errors.ts";
import { markBegun } from "./stream_body.ts";

/** One of the readers of a shared body. */
interface Branch {
  /** What the source gave and it hasn't taken. */
  readonly kept: Uint8Array[];
  bytes: number;
  open: boolean;
}

/**
 * Two streams of one live body, with bytes of their own each. The source is read when the faster one
 * asks for more, and cancelled when both are.
 *
 * @param maxBytes how far one may be behind: beyond it both fail with `response_too_large`
 */
export function teeBody(
  source: ReadableStream<Uint8Array>,
  maxBytes: number,
): [ReadableStream<Uint8Array>, ReadableStream<Uint8Array>] {
  const reader = source.getReader();
  const first: Branch = { kept: [], bytes: 0, open: true };
  const second: Branch = { kept: [], bytes: 0, open: true };
  let reading: Promise<void> | undefined;
  let ended = false;
  let failure: HttpError | undefined;

  async function readOnce(): Promise<void> {
    if (failure !== undefined) throw failure;
    const { value, done } = await reader.read();
    if (done) {
      ended = true;
      return;
    }
    keep(first, value);
    keep(second, first.open ? value.slice() : value);
    if (Math.max(first.bytes, second.bytes) <= maxBytes) return;
    failure = new HttpError(
      "response_too_large",
      "body",
      `response too large: a clone of it is over ${maxBytes} bytes behind the other`,
    );
    await reader.cancel(failure);
    throw failure;
  }

  function branchStream(branch: Branch): ReadableStream<Uint8Array> {
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        markBegun(stream);
        while (branch.open && branch.kept.length === 0 && !ended) {
          await (reading ??= readOnce().finally(() => reading = undefined));
        }
        if (!branch.open) return;
        const chunk = branch.kept.shift();
        if (chunk === undefined) return controller.close();
        branch.bytes -= chunk.length;
        controller.enqueue(chunk);
      },
      async cancel(reason) {
        markBegun(stream);
        branch.open = false;
        branch.kept.length = branch.bytes = 0;
        if (!first.open && !second.open) await reader.cancel(reason);
      },
    }, { highWaterMark: 0 });
    return stream;
  }
  return [branchStream(first), branchStream(second)];
}

function keep(branch: Branch, chunk: Uint8Array): void {
  if (!branch.open) return;
  branch.kept.push(chunk);
  branch.bytes += chunk.length;
}
