import type { DownpourError } from "../internal/mod.ts";
import { HttpError } from "./errors.ts";
import { joined } from "./joined.ts";
import { isBegun } from "./stream_body.ts";

/** Where a response's bytes are: in memory, dropped, or still to be read. */
export type ResponseBody = Uint8Array | "dropped" | ReadableStream<Uint8Array>;

/** What a body is read with. */
export interface BodyParts {
  readonly body: ResponseBody;
  /** Of the response, for messages. */
  readonly url: string;
  /** The value of `Content-Encoding` to undo; empty for none. */
  readonly codings: string;
  /** Most bytes that it may decode to. */
  readonly maxBytes: number;
  readonly error: DownpourError | null;
}

/**
 * All of a body, decoded.
 *
 * @throws the error that made the request fail
 * @throws {HttpError} `request_invalid` when the body was dropped, `body_used` when it was read
 * already, `decode_failed`, `response_too_large`
 */
export async function readBody(parts: BodyParts): Promise<Uint8Array> {
  const bytes = inMemory(parts);
  const { codings, maxBytes } = parts;
  if (bytes === null) return await collect(decodedStream(parts), maxBytes);
  if (codings === "" || bytes.length === 0) return bytes;
  const { decodeBytes } = await import("./coding/mod.ts");
  return await decodeBytes(bytes, codings, maxBytes);
}

/** A body as a stream, decoded. @throws as `readBody` */
export function streamOfBody(parts: BodyParts): ReadableStream<Uint8Array> {
  const bytes = inMemory(parts);
  if (bytes === null) return decodedStream(parts);
  return new ReadableStream({
    type: "bytes",
    async start(controller: ReadableByteStreamController) {
      const decoded = await readBody(parts);
      if (decoded.length > 0) controller.enqueue(decoded.slice());
      controller.close();
    },
  });
}

/** Null for what is still to be read. */
function inMemory({ body, error, url }: BodyParts): Uint8Array | null {
  if (error !== null) throw error;
  if (body instanceof Uint8Array) return body;
  if (body instanceof ReadableStream) {
    if (!body.locked && !isBegun(body)) return null;
    throw bodyUsed(url);
  }
  throw new HttpError(
    "request_invalid",
    "body",
    `body of ${url} was dropped: ask for it with responseType: "bytes"`,
  );
}

/** The error of reading a body twice. */
export function bodyUsed(url: string): HttpError {
  return new HttpError("body_used", "body", `body of ${url} was read already, or is being read`);
}

function decodedStream({ body, codings, maxBytes }: BodyParts): ReadableStream<Uint8Array> {
  const live = body as ReadableStream<Uint8Array>;
  if (codings === "") return live;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  import("./coding/mod.ts").then(({ decodeStream }) =>
    decodeStream(live, codings, maxBytes).pipeTo(writable)
  ).catch(async (error) => {
    // It reaches the reader through the stream.
    await writable.abort(error).catch(() => {});
    if (!live.locked) await live.cancel(error).catch(() => {});
  });
  return readable;
}

async function collect(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new HttpError(
        "response_too_large",
        "body",
        `response too large: body over ${maxBytes} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return joined(chunks, length);
}
