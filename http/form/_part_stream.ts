import { HttpError } from "../errors.ts";
import { beginToRead } from "../spent_streams.ts";
import type { Part } from "./parts.ts";

/** A run of a multipart body: a delimiter, a head or the content of a part. */
export interface Piece {
  readonly content: Part["content"];
  /** Bytes that the content must have; null or absent when that is not known. */
  readonly size?: number | null;
  /** Name of the part, for errors. */
  readonly name?: string | null;
}

/** Large bytes are given in views of this size. */
const VIEW = 256 * 1024;

/**
 * A multipart body as a stream. It can be read again unless a part is a stream itself; ending it
 * early cancels the streams that were not read to their end.
 */
export class PartStream implements AsyncIterable<Uint8Array> {
  /** Whether it can be read more than once. */
  readonly repeatable: boolean;

  readonly #pieces: readonly Piece[];
  #read = false;

  /** Nothing is read before it is iterated. */
  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.repeatable = pieces.every(({ content }) =>
      content instanceof Uint8Array || content instanceof Blob
    );
  }

  /** Starts to read. @throws {HttpError} `request_invalid` the second time when it isn't repeatable */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.#read && !this.repeatable) {
      const message = "multipart has a stream that was sent already";
      throw new HttpError("request_invalid", "prepare", message);
    }
    this.#read = true;
    const waiting = new Set(this.#pieces);
    const chunks = readAll(this.#pieces, waiting);
    return {
      next: () => chunks.next(),
      // A generator that was not started would not notice its end.
      return: async () => {
        await chunks.return(undefined);
        await cancelAll(waiting);
        return { done: true, value: undefined };
      },
    };
  }
}

async function* readAll(
  pieces: readonly Piece[],
  waiting: Set<Piece>,
): AsyncGenerator<Uint8Array> {
  try {
    for (const piece of pieces) {
      waiting.delete(piece);
      yield* read(piece);
    }
  } finally {
    await cancelAll(waiting);
  }
}

async function* read({ content, size = null, name = null }: Piece): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) {
    for (let at = 0; at < content.length; at += VIEW) yield content.subarray(at, at + VIEW);
    return;
  }
  const of = `data of part ${JSON.stringify(name ?? "")}`;
  let given = 0;
  const source = content instanceof Blob ? content.stream() : content;
  beginToRead(source);
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) throw failed(`${of} gave a ${typeof chunk}: give bytes`);
    given += chunk.length;
    if (size !== null && given > size) throw failed(`${of} is longer than its size, ${size} bytes`);
    yield chunk;
  }
  if (size !== null && given < size) {
    throw failed(`${of} ended after ${given} bytes: its size is ${size}`);
  }
}

/** Streams hold files and sockets open, also those that were not begun. */
async function cancelAll(waiting: Set<Piece>): Promise<void> {
  const pieces = [...waiting];
  waiting.clear();
  for (const { content } of pieces) {
    if (content instanceof ReadableStream) await content.cancel().catch(() => {});
  }
}

function failed(message: string): HttpError {
  return new HttpError("request_body_failed", "send", message);
}
