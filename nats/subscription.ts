import { isThenable } from "../internal/mod.ts";
import { type Context, runInContext, type Sink } from "../metrics/mod.ts";
import { type NatsError, natsError } from "./errors.ts";
import { guarded } from "./guarded.ts";
import type { Inbound } from "./handler.ts";
import { Message, type MessageBytes, type Responder } from "./message.ts";
import { NATS_METRICS, type NatsSeries } from "./metrics.ts";
import { MessageQueue } from "./queue.ts";
import type { MessageFrame } from "./scan.ts";
import { SubjectReader } from "./subject_reader.ts";
import { dataStamp, headerStamp, now, STAMP_BYTES } from "./stamp.ts";
import type { ReadSubscribeOptions } from "./subscribe_options.ts";

/** Stamps further away than this are no stamps. */
const MAX_LATENCY_MS = 24 * 3600 * 1000;

/** What a subscription needs of its connection. */
export interface SubscriptionParts {
  readonly subject: string;
  readonly options: ReadSubscribeOptions;
  readonly context: Context;
  readonly series: NatsSeries;
  /** The tag `subject`. */
  readonly tag: string;
  readonly responder: Responder;
  /** Ends it on the server, at once or after what is under way. */
  readonly unsubscribe: () => void;
  /** Resolves when the server sends no more. */
  readonly drain: () => Promise<void>;
}

/**
 * Messages of a subject: handed to the handler one after the other (the next when it has returned, or
 * what it returned has settled), or iterated with `for await`.
 */
export class Subscription implements Inbound, AsyncIterable<Message> {
  /** What was subscribed to. */
  readonly subject: string;
  /** Messages that arrived. */
  received = 0;
  /** Messages thrown away because too many, or too many bytes, were waiting. */
  dropped = 0;
  readonly #parts: SubscriptionParts;
  readonly #queue = new MessageQueue<Message>();
  readonly #messages: Sink;
  readonly #bytes: Sink;
  readonly #latency: Sink;
  readonly #done = Promise.withResolvers<void>();
  readonly #subjects = new SubjectReader();
  #arrivedAt = 0;
  #newMessages = 0;
  #newBytes = 0;
  #newDrops = 0;
  #isSlow = false;
  #running = false;
  #ended = false;
  #error: NatsError | undefined;
  #wake: (() => void) | undefined;

  /** Made by `Connection.subscribe`. */
  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#done.promise.catch(() => {}); // Whoever asks gets to know.
    this.subject = parts.subject;
    const { series, context, tag } = parts;
    this.#messages = series.sink(context, NATS_METRICS.msgsReceived, "subject", tag);
    this.#bytes = series.sink(context, NATS_METRICS.bytesReceived, "subject", tag);
    this.#latency = series.sink(context, NATS_METRICS.deliveryLatency, "subject", tag);
  }

  /** Messages that wait for the handler or the iteration. */
  get pending(): number {
    return this.#queue.length;
  }

  /** Whether it has ended. */
  get isClosed(): boolean {
    return this.#ended;
  }

  /**
   * Resolves when it has ended and nothing waits any more. Without an `onError` it rejects with the
   * error that ended it.
   */
  get closed(): Promise<void> {
    return this.#done.promise;
  }

  /** Ends it: what waits for a handler is dropped, what waits for an iteration is still there. */
  unsubscribe(): void {
    if (this.#ended) return;
    this.#parts.unsubscribe();
    if (this.#parts.options.handler !== undefined) this.#queue.clear();
    this.end();
  }

  /** Ends it on the server; resolves when all that had arrived was handled. */
  async drain(): Promise<void> {
    if (this.#ended) return await this.closed;
    await this.#parts.drain();
    this.end();
    if (this.#parts.options.handler !== undefined) await this.closed;
  }

  /** A message arrived. */
  deliver(frame: MessageFrame): void {
    const { options, responder } = this.#parts;
    if (this.#arrivedAt === 0) this.#arrivedAt = now();
    const { start, end, headerLength } = frame;
    this.received++;
    this.#newMessages++;
    this.#newBytes += end - start;
    if (options.stamp !== undefined || headerLength > 0) this.#measure(frame);
    if (
      this.#queue.length >= options.pendingMessages || this.#queue.bytes >= options.pendingBytes
    ) {
      this.dropped++;
      this.#newDrops++;
    } else {
      const bytes = options.stamp === "data" ? withoutStamp(frame) : frame;
      const subject = this.#subjects.of(frame);
      this.#queue.push(new Message(subject, bytes, this.#arrivedAt, responder));
    }
    if (this.received === options.max) {
      this.#parts.unsubscribe();
      this.#ended = true;
    }
  }

  /** The chunk is done: counts are recorded, and messages handed on. */
  settle(): void {
    this.#arrivedAt = 0;
    this.#messages.add(this.#newMessages);
    this.#bytes.add(this.#newBytes);
    this.#newMessages = this.#newBytes = 0;
    if (this.#newDrops > 0) this.#tellDrops();
    else if (this.#queue.length * 2 < this.#parts.options.pendingMessages) this.#isSlow = false;
    this.#hand();
  }

  /** The server, or the connection, ended it. */
  end(error?: NatsError): void {
    if (error !== undefined && this.#error === undefined) {
      this.#error = error;
      this.#tell(error);
    }
    this.#ended = true;
    this.#hand();
  }

  #hand(): void {
    if (this.#parts.options.handler === undefined) {
      this.#wake?.();
      this.#wake = undefined;
      if (this.#ended) this.#settleDone();
    } else if (!this.#running) {
      if (this.#queue.length > 0) runInContext(this.#parts.context, this.#run);
      else if (this.#ended) this.#settleDone();
    }
  }

  readonly #run = (): void => {
    const { handler } = this.#parts.options;
    this.#running = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      try {
        const result: unknown = handler?.(next);
        if (isThenable(result)) {
          result.then(this.#run, this.#handlerFailed);
          return;
        }
      } catch (error) {
        this.#tellHandler(error);
      }
    }
    this.#running = false;
    if (this.#ended) this.#settleDone();
  };

  readonly #handlerFailed = (error: unknown): void => {
    this.#tellHandler(error);
    this.#run();
  };

  #settleDone(): void {
    if (this.#error === undefined || this.#parts.options.onError !== undefined) {
      this.#done.resolve();
    } else this.#done.reject(this.#error);
  }

  #tellHandler(cause: unknown): void {
    const error = natsError(1010, cause, `the handler of ${this.subject} failed`);
    if (this.#parts.options.onError !== undefined) return this.#tell(error);
    // Nobody hears of it: it ends the subscription, as a listener that throws ends a socket.
    this.#parts.unsubscribe();
    this.#queue.clear();
    this.end(error);
  }

  #tell(error: NatsError): void {
    const { series, context, options } = this.#parts;
    series.failed(context, error);
    const { onError } = options;
    if (onError === undefined) return;
    guarded(series, context, () => runInContext(context, () => onError(error)));
  }

  #tellDrops(): void {
    const { series, context, tag } = this.#parts;
    series.dropped(context, tag, this.#newDrops);
    this.#newDrops = 0;
    if (this.#isSlow) return;
    this.#isSlow = true;
    const message = `${this.subject}: ${this.#queue.length} messages wait, more are dropped`;
    this.#tell(natsError(1010, undefined, message, "slow_consumer"));
  }

  #measure(frame: MessageFrame): void {
    const stamp = this.#parts.options.stamp === "data" ? dataStamp(frame) : headerStamp(frame);
    const latency = this.#arrivedAt - stamp;
    // NaN where there is no stamp; below 0 where clocks differ.
    if (Math.abs(latency) < MAX_LATENCY_MS) this.#latency.add(Math.max(0, latency));
  }

  /** Messages as they come, until the subscription ends; leaving the loop ends it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void> {
    if (this.#parts.options.handler !== undefined) {
      throw natsError(1010, undefined, `${this.subject} has a handler: it can't be iterated too`);
    }
    try {
      for (;;) {
        const next = this.#queue.shift();
        if (next !== undefined) yield next;
        else if (this.#ended) break;
        else await new Promise<void>((resolve) => this.#wake = resolve);
      }
      if (this.#error !== undefined) throw this.#error;
    } finally {
      this.unsubscribe();
    }
  }
}

/** The message without the stamp before its payload, where there is one. */
function withoutStamp(frame: MessageFrame): MessageBytes {
  const { buffer, start, headerLength, end, replyStart, replyEnd } = frame;
  if (end - start - headerLength < STAMP_BYTES) return frame;
  if (headerLength === 0) return { ...frame, start: start + STAMP_BYTES };
  const reply = replyStart < 0 ? new Uint8Array(0) : buffer.subarray(replyStart, replyEnd);
  const bytes = new Uint8Array(reply.length + end - start - STAMP_BYTES);
  bytes.set(reply);
  bytes.set(buffer.subarray(start, start + headerLength), reply.length);
  bytes.set(
    buffer.subarray(start + headerLength + STAMP_BYTES, end),
    reply.length + headerLength,
  );
  return {
    buffer: bytes,
    replyStart: replyStart < 0 ? -1 : 0,
    replyEnd: reply.length,
    headerLength,
    start: reply.length,
    end: bytes.length,
  };
}
