import { createInbox } from "@nats-io/nats-core";
import { type Context, currentContext, type Sink } from "../metrics/mod.ts";
import { natsError } from "./errors.ts";
import { NumberedSubject } from "./frames.ts";
import type { Handler, Inbound } from "./handler.ts";
import { type Awaiting, InFlight } from "./in_flight.ts";
import { encodeHeaders, type HeadersInput } from "./headers.ts";
import { Message, type Payload, type Responder } from "./message.ts";
import { NATS_METRICS, type NatsSeries, type SubjectTags } from "./metrics.ts";
import type { Publisher } from "./publisher.ts";
import type { MessageFrame } from "./scan.ts";
import { now } from "./stamp.ts";

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);
/** Most requests at a time: more than memory has room for. */
const MOST = 1 << 24;
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
  readonly #waiting = new InFlight<Pending>(MOST, (pending) => this.#fail(pending, undefined));
  readonly #inbox: string;
  readonly #replies: NumberedSubject;
  #subscribed = false;
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
    this.#replies = new NumberedSubject(this.#inbox);
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
    const number = this.#waiting.next();
    const pending = new Pending(
      number,
      subject,
      timeoutMs,
      this,
      this.#durationsOf(subject, context),
    );
    const encoded = headers === undefined ? NOTHING : encodeHeaders(headers);
    this.#publisher.request(outlet, this.#replies.of(number), encoded, data);
    this.#waiting.add(pending);
    return pending.promise;
  }

  #open(): void {
    this.#subscribed = true;
    this.#subscribe(`${this.#inbox}*`, this, (error) => {
      this.#subscribed = false;
      for (const pending of this.#waiting.all()) this.#fail(pending, error);
    });
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
    const number = this.#replies.numberIn(buffer, subjectStart, subjectEnd);
    const pending = this.#waiting.get(number);
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
    const subject = this.#inbox + number;
    pending.resolve(new Message(subject, frame, now(), this.#responder));
  }

  /** Nothing is gathered. */
  settle(): void {}

  /** Requests to `subject` can't be answered: all of them, without one. */
  failAll(error: Error, subject?: string): void {
    for (const pending of this.#waiting.all()) {
      if (subject === undefined || pending.subject === subject) this.#fail(pending, error);
    }
  }

  /** The connection has ended. */
  end(error: Error): void {
    this.failAll(error);
    this.#waiting.end();
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
    this.#waiting.delete(pending);
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
class Pending implements Awaiting {
  readonly number: number;
  readonly subject: string;
  readonly timeoutMs: number;
  readonly startedAt = performance.now();
  readonly durations: Durations;
  readonly promise: Promise<Message>;
  deadline: number;
  readonly #requests: Requests;
  #settle!: PromiseWithResolvers<Message>;

  constructor(
    number: number,
    subject: string,
    timeoutMs: number,
    requests: Requests,
    durations: Durations,
  ) {
    this.number = number;
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
}

function isNoResponders({ buffer, start, headerLength, end }: MessageFrame): boolean {
  if (end - start > headerLength || headerLength < NO_RESPONDERS.length) return false;
  for (let i = 0; i < NO_RESPONDERS.length; i++) {
    if (buffer[start + i] !== NO_RESPONDERS[i]) return false;
  }
  return true;
}
