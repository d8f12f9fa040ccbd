import { HttpError } from "./errors.ts";

/** Reads the body of a request, which has to keep coming. */
export interface BodyReader {
  /**
   * Reads into a view, whose buffer is then that of the result; null at the end.
   *
   * @throws {HttpError} 408 when it stalls, 503 when the agent ends
   * @throws {unknown} what the connection fails with
   */
  read(view: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Lets go of it; what still comes is given up. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** How long bodies may take. */
export interface BodyLimits {
  /** Time in which at least `STALL_BYTES` of a body have to come, ms. */
  readonly stallMs: number;
  /** Aborted when the agent ends. */
  readonly closing: AbortSignal;
}

/** Fewer bytes in the time of a stall are a client that holds on to its place. */
export const STALL_BYTES = 16 * 1024;

/** Opens the body of a request. */
export function openBody(request: Request, { stallMs, closing }: BodyLimits): BodyReader {
  const reader = readerInto(request.body);
  let reason: HttpError | null = null;
  let since = 0;
  const giveUp = (why: HttpError): void => {
    reason ??= why;
    reader.cancel().catch(() => {});
  };
  const stalled = (): void =>
    giveUp(
      new HttpError(408, `the body is too slow: it has ${STALL_BYTES} bytes in ${stallMs} ms`),
    );
  const end = (): void => giveUp(new HttpError(503, "the agent ends"));
  let timer = setTimeout(stalled, stallMs);
  closing.addEventListener("abort", end);
  if (closing.aborted) end();
  let ended = false;
  return {
    async read(view) {
      const value = await reader.read(view);
      if (reason !== null) throw reason;
      if (value === null) {
        ended = true;
        return null;
      }
      since += value.length;
      if (since >= STALL_BYTES) {
        since = 0;
        clearTimeout(timer);
        timer = setTimeout(stalled, stallMs);
      }
      return value;
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      closing.removeEventListener("abort", end);
      if (!ended) await reader.cancel().catch(() => {});
    },
  };
}

/** Reads a body into views; the buffer of what it returns is that of the view. */
interface ReaderInto {
  read(view: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null>;
  cancel(): Promise<void>;
}

/** A body of a few bytes, which came with its head, is no byte stream, and an empty one is null. */
function readerInto(body: ReadableStream<Uint8Array<ArrayBuffer>> | null): ReaderInto {
  if (body === null) return { read: () => Promise.resolve(null), cancel: () => Promise.resolve() };
  let byob: ReadableStreamBYOBReader;
  try {
    byob = body.getReader({ mode: "byob" });
  } catch {
    return copyingReader(body.getReader());
  }
  return {
    async read(view) {
      const { done, value } = await byob.read(view);
      return done || value === undefined ? null : value;
    },
    cancel: () => byob.cancel(),
  };
}

function copyingReader(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>): ReaderInto {
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array();
  return {
    async read(view) {
      while (rest.length === 0) {
        const { done, value } = await reader.read();
        if (done) return null;
        rest = value;
      }
      const count = Math.min(rest.length, view.length);
      view.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return view.subarray(0, count);
    },
    cancel: () => reader.cancel(),
  };
}

/** The text of a short body. @throws {HttpError} 400, 408, 413, 500, 503 */
export async function readText(
  request: Request,
  maxBytes: number,
  limits: BodyLimits,
): Promise<string> {
  const tooLong = () => new HttpError(413, `the body has more than ${maxBytes} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLong();
  await using body = openBody(request, limits);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (;;) {
      const chunk = await body.read(new Uint8Array(16 * 1024));
      if (chunk === null) break;
      length += chunk.length;
      if (length > maxBytes) throw tooLong();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError(500, "the body could not be read", {}, cause);
  }
  return await new Blob(chunks).text();
}
