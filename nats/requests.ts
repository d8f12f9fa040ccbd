import { createInbox } from "@nats-io/nats-core";
import { Deadlines, type Expiring } from "../internal/mod.ts";
import { type Context, currentContext, type Sink } from "../metrics/mod.ts";
import { natsError } from "./errors.ts";
import type { Handler, Inbound } from "./handler.ts";
import { encodeHeaders, type HeadersInput } from "./headers.ts";
import { Message, type Payload, type Responder } from "./message.ts";
import { NATS_METRICS, type NatsSeries, type SubjectTags } from "./metrics.ts";
import type { Publisher } from "./publisher.ts";
import type { MessageFrame } from "./scan.ts";
import { now } from "./stamp.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);
const deadlines = new Deadlines();
/** Status of the server's answer when nobody is subscribed: `NATS/1.0 503`. */
const NO_RESPONDERS = encoder.encode("NATS/1.0 503");

/** How replies are subscribed to. */
export type SubscribeInbox = (
  subject: string,
  inbound: Inbound,
  failed: (error: Error) => void,
) => void;

interface Durations {
  readonly context: Context;
  readonly subject: string;
  readonly duration: Sink;
  readonly received: Sink;
  readonly receivedBytes: Sink;
}

/**
 * Requests over one subscription to an inbox of this connection's own: the reply subject ends in the
 * request's number, which finds it again. Late replies, and those after the first, find nothing.
 */
export class Requests implements Inbound {
  readonly #handler: Handler;
  readonly #publisher: Publisher;
  readonly #responder: Responder;
  readonly #series: NatsSeries;
  readonly #subjects: SubjectTags;
  readonly #subscribe: SubscribeInbox;
  readonly #waiting = new Map<number, Pending>();
  readonly #reply: Uint8Array;
  readonly #inbox: string;
  #subscribed = false;
  #count = 0;
  #durations: Durations | undefined;

  /** Nothing is subscribed to before the first request. */
  constructor(parts: {
    readonly handler: Handler;
    readonly publisher: Publisher;
    readonly responder: Responder;
    readonly series: NatsSeries;
    readonly subjects: SubjectTags;
    readonly inboxPrefix: string | undefined;
    readonly subscribe: SubscribeInbox;
  }) {
    this.#handler = parts.handler;
    this.#publisher = parts.publisher;
    this.#responder = parts.responder;
    this.#series = parts.series;
    this.#subjects = parts.subjects;
    this.#subscribe = parts.subscribe;
    this.#inbox = `${createInbox(parts.inboxPrefix)}.`;
    this.#reply = encoder.encode(this.#inbox);
  }

  /** Sends a request. @throws {NatsError} 1008, 1009, and rejects with 1006, 1011 */
  send(
    subject: string,
    data: Payload,
    timeoutMs: number,
    headers?: HeadersInput,
  ): Promise<Message> {
    const context = currentContext();
    if (!this.#subscribed) this.#open();
    const outlet = this.#publisher.outlet(subject, context);
    const token = ++this.#count;
    const pending = new Pending(
      token,
      subject,
      timeoutMs,
      this,
      this.#durationsOf(subject, context),
    );
    const encoded = headers === undefined ? NOTHING : encodeHeaders(headers);
    this.#publisher.request(outlet, this.#replyOf(token), encoded, data);
    this.#waiting.set(token, pending);
    deadlines.watch(pending);
    return pending.promise;
  }

  #open(): void {
    this.#subscribed = true;
    this.#subscribe(`${this.#inbox}*`, this, (error) => {
      this.#subscribed = false;
      for (const pending of [...this.#waiting.values()]) this.#fail(pending, error);
    });
  }

  #replyOf(token: number): Uint8Array {
    const digits = String(token);
    const reply = new Uint8Array(this.#reply.length + digits.length);
    reply.set(this.#reply);
    for (let i = 0; i < digits.length; i++) reply[this.#reply.length + i] = digits.charCodeAt(i);
    return reply;
  }

  #durationsOf(subject: string, context: Context): Durations {
    const last = this.#durations;
    if (last !== undefined && last.subject === subject && last.context === context) return last;
    const value = this.#subjects.of(subject);
    return this.#durations = {
      context,
      subject,
      duration: this.#series.sink(context, NATS_METRICS.requestDuration, "subject", value),
      received: this.#series.sink(context, NATS_METRICS.msgsReceived, "subject", value),
      receivedBytes: this.#series.sink(context, NATS_METRICS.bytesReceived, "subject", value),
    };
  }

  /** A reply arrived. */
  deliver(frame: MessageFrame): void {
    const { buffer, subjectStart, subjectEnd, start, end, headerLength } = frame;
    let token = 0;
    for (let i = subjectStart + this.#reply.length; i < subjectEnd; i++) {
      token = token * 10 + buffer[i]! - 48;
    }
    const pending = this.#waiting.get(token);
    if (pending === undefined) return;
    this.#done(pending);
    if (headerLength > 0 && isNoResponders(frame)) {
      pending.reject(
        natsError(1011, undefined, `nobody is subscribed to ${pending.subject}`, "no_responders"),
      );
      return;
    }
    const { durations } = pending;
    durations.duration.add(performance.now() - pending.startedAt);
    durations.received.add(1);
    durations.receivedBytes.add(end - start);
    const subject = this.#inbox + token;
    const reply = frame.replyStart < 0
      ? ""
      : decoder.decode(buffer.subarray(frame.replyStart, frame.replyEnd));
    const bytes = buffer.subarray(start, end);
    pending.resolve(new Message(subject, reply, now(), bytes, headerLength, this.#responder));
  }

  /** Nothing is gathered. */
  settle(): void {}

  /** No reply in time. */
  expire(pending: Pending): void {
    this.#fail(pending, undefined);
  }

  /** Requests to `subject` can't be answered: all of them, without one. */
  failAll(error: Error, subject?: string): void {
    for (const pending of [...this.#waiting.values()]) {
      if (subject === undefined || pending.subject === subject) this.#fail(pending, error);
    }
  }

  #fail(pending: Pending, cause: Error | undefined): void {
    this.#done(pending);
    const { subject, timeoutMs } = pending;
    pending.reject(
      cause === undefined
        ? natsError(1006, undefined, `no reply from ${subject} within ${timeoutMs} ms`)
        : natsError(1011, cause, subject),
    );
  }

  #done(pending: Pending): void {
    this.#waiting.delete(pending.token);
    deadlines.unwatch(pending);
  }

  /** For a request that failed. */
  failed(context: Context, error: unknown): void {
    this.#series.failed(context, error);
  }

  /** How many wait for a reply. */
  get size(): number {
    return this.#waiting.size;
  }
}

/** A request that waits for its reply. */
class Pending implements Expiring {
  readonly token: number;
  readonly subject: string;
  readonly timeoutMs: number;
  readonly startedAt = performance.now();
  readonly durations: Durations;
  readonly promise: Promise<Message>;
  deadline: number;
  checkAt = 0;
  slot = -1;
  readonly #requests: Requests;
  #settle!: PromiseWithResolvers<Message>;

  constructor(
    token: number,
    subject: string,
    timeoutMs: number,
    requests: Requests,
    durations: Durations,
  ) {
    this.token = token;
    this.subject = subject;
    this.timeoutMs = timeoutMs;
    this.deadline = this.startedAt + timeoutMs;
    this.#requests = requests;
    this.durations = durations;
    this.#settle = Promise.withResolvers<Message>();
    this.promise = this.#settle.promise;
  }

  resolve(message: Message): void {
    this.#settle.resolve(message);
  }

  reject(error: Error): void {
    this.#requests.failed(this.durations.context, error);
    this.#settle.reject(error);
  }

  expire(): void {
    this.#requests.expire(this);
  }
}

function isNoResponders({ buffer, start, headerLength, end }: MessageFrame): boolean {
  if (end - start > headerLength || headerLength < NO_RESPONDERS.length) return false;
  for (let i = 0; i < NO_RESPONDERS.length; i++) {
    if (buffer[start + i] !== NO_RESPONDERS[i]) return false;
  }
  return true;
}
