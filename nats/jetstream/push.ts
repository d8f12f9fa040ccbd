import type { ConsumerInfo } from "@nats-io/jetstream";
import { createInbox } from "@nats-io/nats-core";
import { checkNames, Deadlines, type Expiring } from "../../internal/mod.ts";
import { currentContext, runInContext } from "../../metrics/mod.ts";
import { natsError } from "../errors.ts";
import { guarded } from "../guarded.ts";
import type { Inbound } from "../handler.ts";
import { decodeHeaders } from "../headers.ts";
import { NATS_METRICS } from "../metrics.ts";
import { MessageQueue } from "../queue.ts";
import type { MessageFrame } from "../scan.ts";
import { now } from "../stamp.ts";
import { PENDING_BYTES, PENDING_MESSAGES } from "../subscribe_options.ts";
import { configuring } from "./_checks.ts";
import { ackerOf } from "./acker.ts";
import type { ConsumerOptions } from "./consumer_config.ts";
import { type Host, type Line, lineOf, NOTHING } from "./host.ts";
import { type JetStreamMessage, MessageMaker } from "./message.ts";

/** Called with each message. */
export type PushHandler = (message: JetStreamMessage) => void | Promise<void>;

/** How pushed messages are taken. */
export interface PushOptions {
  /** Leave the answers to the handler. @default {false} */
  manualAck?: boolean;
  /** Share the messages among the subscribers of this queue group. */
  queue?: string;
  /** Called with what a handler threw; the message is not acknowledged. Default: an error is counted */
  onError?: (error: unknown, message: JetStreamMessage) => void;
}

/** Takes the messages that a consumer pushes. */
export interface PushSubscription {
  /** Name of the stream. */
  readonly stream: string;
  /** Name of the consumer. */
  readonly consumer: string;
  /** Messages handed to the handler. */
  readonly received: number;
  /** How often two heartbeats in a row stayed away. */
  readonly silences: number;
  /** Ends it. The consumer stays. */
  unsubscribe(): void;
}

/** Silence after which the server says that it's there, in seconds. */
const BEAT_SECONDS = 5;
const deadlines = new Deadlines();
const decoder = new TextDecoder();

const NAMES = ["manualAck", "queue", "onError"];

/** Checks options. @throws {NatsError} 1003 */
export function checkPushOptions(options: PushOptions): PushOptions {
  configuring("pushSubscribe", () => checkNames("pushSubscribe", options, NAMES));
  return options;
}

/** What a consumer is like that has to be made. */
export function pushConsumer({ core }: Host, { queue = "" }: PushOptions): ConsumerOptions {
  const deliverSubject = createInbox(lineOf(core).inboxPrefix);
  return queue === ""
    ? { deliverSubject, flowControl: true, idleHeartbeat: BEAT_SECONDS }
    : { deliverSubject, deliverGroup: queue };
}

/** Takes what a consumer delivers from now on. @param subject for the tag `subject` */
export function pushSubscription(
  host: Host,
  info: ConsumerInfo,
  subject: string,
  handler: PushHandler,
  options: PushOptions,
): PushSubscription {
  return new Push(host, info, subject, handler, options);
}

class Push implements PushSubscription, Inbound, Expiring {
  readonly stream: string;
  readonly consumer: string;
  received = 0;
  silences = 0;
  deadline = Infinity;
  checkAt = 0;
  slot = -1;
  readonly #host: Host;
  readonly #options: PushOptions;
  readonly #handler: PushHandler;
  readonly #maker: MessageMaker;
  readonly #deliverSubject: string;
  readonly #subjectTag: string;
  readonly #beatMs: number;
  readonly #context = currentContext();
  readonly #line: Line;
  #end: () => void;
  readonly #queue = new MessageQueue<JetStreamMessage>();
  #working = false;
  #bytes = 0;
  #msgs = 0;
  #drops = 0;
  #isSlow = false;
  #heard = false;
  /** Flow control: to be answered when what came before it is worked off. */
  #owedFlow: { reply: string; after: number }[] = [];

  constructor(
    host: Host,
    { stream_name, name, config }: ConsumerInfo,
    subject: string,
    handler: PushHandler,
    options: PushOptions,
  ) {
    this.stream = stream_name;
    this.consumer = name;
    this.#host = host;
    this.#options = options;
    this.#handler = handler;
    this.#line = lineOf(host.core);
    this.#maker = new MessageMaker(ackerOf(host, this.#line, null));
    this.#deliverSubject = config.deliver_subject!;
    this.#subjectTag = host.subjectTag(subject);
    this.#beatMs = (config.idle_heartbeat ?? 0) / 1e6;
    const group = config.deliver_group ?? this.#options.queue ?? "";
    const end = this.#line.subscribe(this.#deliverSubject, group, this, (error) => {
      host.series.failed(this.#context, natsError(1033, error, `${stream_name}.${name}`));
      this.unsubscribe();
    });
    if (this.#beatMs > 0) {
      deadlines.watch(this);
      deadlines.set(this, performance.now() + 2 * this.#beatMs);
    }
    const leave = host.depend({ ended: () => this.unsubscribe() });
    this.#end = () => {
      leave();
      end();
    };
  }

  unsubscribe(): void {
    deadlines.unwatch(this);
    this.#end();
    this.#end = () => {};
    this.#queue.clear();
  }

  deliver(frame: MessageFrame): void {
    this.#heard = true;
    if (frame.headerLength > 0 && frame.headerLength === frame.end - frame.start) {
      if (this.#status(frame)) return;
    }
    this.#msgs++;
    this.#bytes += frame.end - frame.start;
    if (this.#queue.length >= PENDING_MESSAGES || this.#queue.bytes >= PENDING_BYTES) this.#drops++;
    else this.#queue.push(this.#maker.make(frame, now()));
  }

  settle(): void {
    const { series } = this.#host;
    if (this.#msgs > 0) {
      const tag = this.#subjectTag;
      series.sink(this.#context, NATS_METRICS.msgsReceived, "subject", tag).add(this.#msgs);
      series.sink(this.#context, NATS_METRICS.bytesReceived, "subject", tag).add(this.#bytes);
      this.#msgs = this.#bytes = 0;
    }
    if (this.#drops > 0) this.#tellDrops();
    if (!this.#working) void runInContext(this.#context, () => this.#work());
  }

  #tellDrops(): void {
    const { series } = this.#host;
    series.dropped(this.#context, this.#subjectTag, this.#drops);
    this.#drops = 0;
    if (this.#isSlow) return;
    this.#isSlow = true;
    const { stream, consumer } = this;
    const message = `${stream}.${consumer}: ${this.#queue.length} messages wait, more are dropped`;
    series.failed(this.#context, natsError(1033, undefined, message, "slow_consumer"));
  }

  /** Heartbeats and flow control; false for a message that happens to be headers alone. */
  #status({ buffer, start, headerLength, replyStart, replyEnd }: MessageFrame): boolean {
    const headers = decodeHeaders(buffer.subarray(start, start + headerLength));
    if (headers.status !== 100) return headers.status !== 0;
    const reply = replyStart < 0 ? "" : decoder.decode(buffer.subarray(replyStart, replyEnd));
    const stalled = headers.get("Nats-Consumer-Stalled");
    const to = reply === "" ? stalled : reply;
    if (to !== null && to !== "") {
      this.#owedFlow.push({ reply: to, after: this.received + this.#queue.length });
    }
    return true;
  }

  async #work(): Promise<void> {
    this.#working = true;
    this.#answerFlow();
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.received++;
      await this.#handle(next);
      this.#answerFlow();
    }
    this.#working = this.#isSlow = false;
  }

  async #handle(message: JetStreamMessage): Promise<void> {
    try {
      const handled = this.#handler(message);
      if (handled !== undefined) await handled;
      if (this.#options.manualAck !== true) message.ack();
    } catch (error) {
      const { onError } = this.#options;
      const { series } = this.#host;
      if (onError !== undefined) guarded(series, this.#context, () => onError(error, message));
      else series.failed(this.#context, natsError(1033, error, "the handler threw"));
    }
  }

  #answerFlow(): void {
    while (this.#owedFlow.length > 0 && this.#owedFlow[0]!.after <= this.received) {
      const { reply } = this.#owedFlow.shift()!;
      try {
        this.#line.send(reply, NOTHING, NOTHING, NOTHING);
      } catch {
        // Closed, nobody waits for it; too much to be written, the next heartbeat asks again.
      }
    }
  }

  expire(): void {
    if (!this.#heard) this.silences++;
    this.#heard = false;
    deadlines.set(this, performance.now() + 2 * this.#beatMs);
  }
}
