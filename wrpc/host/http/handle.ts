import { DEFAULT_LIMITS, type ValuesCodec } from "../../codec/mod.ts";
import { HostError } from "../errors.ts";
import type { Pool } from "../process/pool.ts";
import {
  BODY_WINDOW,
  decodeCredit,
  encodeCredit,
  encodeFrame,
  FrameType,
  HANDLER_INDEX,
} from "../protocol/mod.ts";
import { httpCodecs } from "./codecs.ts";

/** A request as `wrpc.serve` gives it: `request` of `wrpc:http/types`. */
interface WireRequest {
  readonly body: AsyncIterable<Uint8Array>;
  readonly trailers: PromiseLike<unknown>;
}

/** How long, and until when. */
interface Limits {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Most bytes of a body in one frame. */
const CHUNK_BYTES = 64 * 1024;
const NOTHING_PENDING = {
  read: () => {
    throw new TypeError("heads have nothing pending");
  },
  track: () => {},
};

/**
 * Sends a request to a component's handler.
 *
 * @returns `response` of `wrpc:http/types`, or an `error-code`, as soon as its head is there
 */
export function callHandler(pool: Pool, request: unknown, limits: Limits): Promise<unknown> {
  const codecs = httpCodecs();
  const params = codecs.request.encode([request]).bytes;
  const { body, trailers } = request as WireRequest;
  const over = new AbortController();
  const answer = Promise.withResolvers<unknown>();
  const upload = new Upload(over.signal);
  let response: Download | null = null;
  let send: (frame: Uint8Array) => void = () => {};
  let callId = 0;

  const called = pool.call({
    index: HANDLER_INDEX,
    name: "wasi:http/incoming-handler#handle",
    params,
    ...limits,
    signal: anyOf(limits.signal, over.signal),
    begun(sendFrame, id) {
      [send, callId] = [sendFrame, id];
      // What it sends is of no use to a handler that has answered: only that it failed.
      upload.send(id, body, trailers, sendFrame).catch((error) => over.abort(error));
    },
    frame(frame) {
      switch (frame.type) {
        case FrameType.credit:
          return upload.credit(decodeCredit(frame));
        case FrameType.head: {
          if (response !== null) throw broken("two heads of a response");
          const head = decodeWhole(codecs.response, frame.payload) as Head;
          response = new Download(
            (bytes) => send(encodeCredit(callId, bytes)),
            () => over.abort(new Error("the body isn't wanted")),
          );
          return answer.resolve(
            head.tag === "err" ? head : {
              tag: "ok",
              val: { ...head.val, body: response.body(), trailers: response.trailers },
            },
          );
        }
        case FrameType.body:
          if (response === null) throw broken("a body without a head");
          return response.push(frame.payload);
        case FrameType.end:
          if (response === null) throw broken("trailers without a head");
          return response.end(decodeWhole(codecs.trailers, frame.payload));
        default:
          throw broken(`a frame of type ${frame.type}`);
      }
    },
  });
  called.then(
    () => {
      upload.stop();
      answer.reject(broken("no response"));
    },
    (error) => {
      upload.stop();
      answer.reject(error);
      response?.fail(error);
    },
  );
  return answer.promise;
}

type Head =
  | { readonly tag: "ok"; readonly val: object }
  | { readonly tag: "err"; readonly val: unknown };

/** Sends the body of a request as fast as the component reads it. */
class Upload {
  #room = BODY_WINDOW;
  #waiting: (() => void) | null = null;
  #stopped = false;

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => this.stop(), { once: true });
  }

  async send(
    id: number,
    body: AsyncIterable<Uint8Array>,
    trailers: PromiseLike<unknown>,
    send: (frame: Uint8Array) => void,
  ): Promise<void> {
    for await (const bytes of body) {
      for (let at = 0; at < bytes.length;) {
        while (this.#room === 0 && !this.#stopped) {
          await new Promise<void>((resolve) => this.#waiting = resolve);
        }
        if (this.#stopped) return;
        const part = bytes.subarray(at, at + Math.min(this.#room, CHUNK_BYTES));
        this.#room -= part.length;
        at += part.length;
        send(encodeFrame(FrameType.body, id, part));
      }
      if (this.#stopped) return;
    }
    const fields = httpCodecs().trailers.encode([await trailers]).bytes;
    if (!this.#stopped) send(encodeFrame(FrameType.end, id, fields));
  }

  credit(bytes: number): void {
    this.#room += bytes;
    if (this.#room > BODY_WINDOW) throw broken("credit for bytes that were never sent");
    this.#wake();
  }

  /** Nobody reads it any more. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = null;
  }
}

/** The body of a response, read from the component as fast as it is read here. */
class Download {
  readonly #credit: (bytes: number) => void;
  readonly #cancel: () => void;
  readonly #trailers = Promise.withResolvers<unknown>();
  #chunks: Uint8Array[] = [];
  #unread = 0;
  #over = false;
  #failed: unknown = null;
  #changed: () => void = () => {};

  constructor(credit: (bytes: number) => void, cancel: () => void) {
    this.#credit = credit;
    this.#cancel = cancel;
    this.#trailers.promise.catch(() => {}); // The body tells, too.
  }

  get trailers(): Promise<unknown> {
    return this.#trailers.promise;
  }

  push(bytes: Uint8Array): void {
    if (this.#over || this.#unread + bytes.length > BODY_WINDOW) {
      throw broken("more of a body than was asked for");
    }
    this.#unread += bytes.length;
    this.#chunks.push(bytes);
    this.#changed();
  }

  end(trailers: unknown): void {
    if (this.#over) throw broken("two ends of a body");
    this.#over = true;
    this.#trailers.resolve(trailers);
    this.#changed();
  }

  fail(error: unknown): void {
    if (this.#over) return;
    this.#failed = error;
    this.#trailers.reject(error);
    this.#changed();
  }

  async *body(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#unread -= chunk.length;
          this.#credit(chunk.length);
          yield chunk;
        } else if (this.#over) return;
        else if (this.#failed !== null) throw this.#failed;
        else await new Promise<void>((resolve) => this.#changed = resolve);
      }
    } finally {
      if (!this.#over) this.#cancel();
    }
  }
}

function decodeWhole(codec: ValuesCodec, bytes: Uint8Array): unknown {
  const values = codec.decoder(DEFAULT_LIMITS, NOTHING_PENDING).push(bytes);
  if (values === null) throw broken("a head that ends too early");
  return values[0];
}

function broken(what: string): HostError {
  return new HostError("protocol", "call", `got ${what} from the handler`);
}

function anyOf(a: AbortSignal | undefined, b: AbortSignal): AbortSignal {
  return a === undefined ? b : AbortSignal.any([a, b]);
}
