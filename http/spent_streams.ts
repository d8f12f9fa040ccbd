import { HttpError } from "./errors.ts";

/** Streams that aren't the web's, and that somebody has begun to send. */
const begun = new WeakSet<object>();

/** Whether a stream that can be read once is being read, or was: what is left of it is no body. */
export function isSpent(stream: AsyncIterable<unknown>): boolean {
  return stream instanceof ReadableStream ? isDisturbed(stream) : begun.has(stream);
}

/** To be called before a body is read. @throws {HttpError} `request_invalid` when it is spent */
export function beginToRead(stream: AsyncIterable<unknown>): void {
  if (isSpent(stream)) {
    throw new HttpError("request_invalid", "send", "the stream is being read or was sent already");
  }
  if (isReadOnce(stream)) begun.add(stream);
}

/** A web stream whose reader let go of it isn't locked; only a body of the web's own tells. */
function isDisturbed(stream: ReadableStream): boolean {
  if (stream.locked) return true;
  try {
    new Response(stream);
    return false;
  } catch {
    return true;
  }
}

/** A generator, or a stream of Node: others may give a new iterator each time. */
function isReadOnce(stream: AsyncIterable<unknown>): boolean {
  return !(stream instanceof ReadableStream) && ("next" in stream || "pipe" in stream);
}
