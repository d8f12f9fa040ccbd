import { createInbox } from "@nats-io/nats-core";
import { currentContext } from "../../metrics/mod.ts";
import { natsError } from "../errors.ts";
import type { Inbound } from "../handler.ts";
import { decodeHeaders } from "../headers.ts";
import { NATS_METRICS } from "../metrics.ts";
import type { MessageFrame } from "../scan.ts";
import { now } from "../stamp.ts";
import { ackerOf } from "./acker.ts";
import { type Host, type Line, lineOf, NOTHING, onReconnect } from "./host.ts";
import { type JetStreamMessage, MessageMaker } from "./message.ts";
import { Seen } from "./seen.ts";
import type { Place } from "./series.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What the server says of a pull request. */
export interface PullStatus {
  /** 100 it's alive, 404 and 408 there is no more, 409 it's off, 503 nobody is there. */
  readonly code: number;
  /** In words, in lower case. */
  readonly description: string;
  /** Messages that the request asked for and won't get; NaN where it doesn't say. */
  readonly undelivered: number;
}

/** Who takes what arrives. */
export interface Taker {
  /** A message; false: keep it for the next taker. */
  message(message: JetStreamMessage): boolean;
  /** A message came that was acknowledged before; it isn't handed over. */
  repeated(): void;
  /** The server says something of the request `id`. */
  status(id: string, status: PullStatus): void;
  /** What was read together was handed over. */
  chunk(): void;
  /** The connection was made again: requests from before are gone. */
  reconnected(): void;
  /** Nothing will come any more. */
  fail(error: unknown): void;
}

/** The consumer that is pulled. */
export interface PulledConsumer {
  readonly stream: string;
  readonly consumer: string;
  /** The subject that it is pulled for; for the tag `subject`. */
  readonly subject: string;
  /** Whether messages are to be acknowledged. */
  readonly acknowledged: boolean;
}

/** Sends pull requests for one consumer and hands what arrives to one taker at a time. */
export class PullInbox implements Inbound {
  /** What it pulls. */
  readonly consumer: PulledConsumer;
  /** Redeliveries of acknowledged messages, which were acknowledged again and passed over. */
  repeated = 0;
  readonly #host: Host;
  readonly #line: Line;
  readonly #nextSubject: string;
  readonly #prefix: string;
  readonly #prefixBytes: Uint8Array;
  readonly #firstDelivery: Uint8Array;
  readonly #seen: Seen | null;
  readonly #maker: MessageMaker;
  readonly #place: Place;
  readonly #tag: string;
  readonly #end: () => void;
  #taker: Taker | null = null;
  #spare: JetStreamMessage[] = [];
  #requests = 0;
  #now = 0;
  #msgs = 0;
  #bytes = 0;
  #closed: unknown;

  /** @param apiPrefix what the API's subjects begin with */
  constructor(host: Host, apiPrefix: string, consumer: PulledConsumer) {
    this.#host = host;
    this.consumer = consumer;
    this.#line = lineOf(host.core);
    const { stream, consumer: name } = consumer;
    this.#nextSubject = `${apiPrefix}.CONSUMER.MSG.NEXT.${stream}.${name}`;
    this.#prefix = `${createInbox(this.#line.inboxPrefix)}.`;
    this.#prefixBytes = encoder.encode(this.#prefix);
    this.#firstDelivery = encoder.encode(`$JS.ACK.${stream}.${name}.1.`);
    this.#seen = consumer.acknowledged ? new Seen() : null;
    this.#maker = new MessageMaker(ackerOf(host, this.#line, this.#seen));
    const { recorder, tags } = currentContext();
    this.#place = { recorder, tags };
    this.#tag = host.subjectTag(consumer.subject);
    const fail = (error: unknown) => this.#fail(error);
    const unsubscribe = this.#line.subscribe(`${this.#prefix}*`, "", this, fail);
    const forget = onReconnect(host.core, () => this.#taker?.reconnected());
    const leave = host.depend({
      ended: () => fail(natsError(1002, undefined, `pulling ${name}`)),
    });
    this.#end = () => {
      leave();
      forget();
      unsubscribe();
    };
  }

  /** Whether it is closed. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Makes `taker` the one that takes. @throws what ended it */
  open(taker: Taker): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#taker !== null) {
      const { stream, consumer } = this.consumer;
      throw natsError(1032, undefined, `${stream}.${consumer} is consumed by a loop already`);
    }
    this.#taker = taker;
  }

  /** Nobody takes; what arrives is kept. */
  release(taker: Taker): void {
    if (this.#taker === taker) this.#taker = null;
  }

  /** Messages that came when nobody took them, or that were given back. */
  takeSpare(most: number): JetStreamMessage[] {
    return this.#spare.splice(0, most);
  }

  /** Gives back messages that nobody has looked at, ahead of others. */
  giveBack(messages: JetStreamMessage[]): void {
    if (messages.length > 0) this.#spare = [...messages, ...this.#spare];
  }

  /**
   * Asks for messages.
   *
   * @param expiresMs how long the server may wait for them; 0: give what is there
   * @param heartbeatMs after so much silence the server says that it is there; 0: it doesn't
   * @returns the request's id, which its statuses carry
   */
  request(batch: number, expiresMs: number, heartbeatMs: number): string {
    const id = (this.#requests++).toString(36);
    const wait = expiresMs === 0 ? '"no_wait":true' : `"expires":${Math.round(expiresMs * 1e6)}`;
    const beat = heartbeatMs > 0 ? `,"idle_heartbeat":${Math.round(heartbeatMs * 1e6)}` : "";
    const body = `{"batch":${batch},${wait}${beat}}`;
    const reply = encoder.encode(this.#prefix + id);
    this.#line.send(this.#nextSubject, reply, NOTHING, encoder.encode(body));
    return id;
  }

  /** Ends it: what was kept is not acknowledged, so the server delivers it again. */
  close(reason?: unknown): void {
    this.#fail(reason ?? natsError(1002, undefined, "the subscription was ended"));
  }

  #fail(error: unknown): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    this.#end();
    this.#taker?.fail(error);
    this.#taker = null;
    this.#spare = [];
  }

  /** A message, or what the server says of a request. */
  deliver(frame: MessageFrame): void {
    if (frame.headerLength > 0 && this.#isForInbox(frame)) {
      this.#status(frame);
      return;
    }
    if (this.#now === 0) this.#now = now();
    const message = this.#maker.make(frame, this.#now);
    this.#msgs++;
    this.#bytes += frame.end - frame.start;
    if (this.#isPassedOver(frame, message)) return;
    if (this.#taker === null || !this.#taker.message(message)) this.#spare.push(message);
  }

  /** The chunk is done. */
  settle(): void {
    this.#taker?.chunk();
    this.#now = 0;
    if (this.#msgs === 0) return;
    const { series } = this.#host;
    series.sink(this.#place, NATS_METRICS.msgsReceived, "subject", this.#tag).add(this.#msgs);
    series.sink(this.#place, NATS_METRICS.bytesReceived, "subject", this.#tag).add(this.#bytes);
    this.#msgs = this.#bytes = 0;
  }

  /** Whether it is no consumer's, or was acknowledged before, which the server doesn't know. */
  #isPassedOver({ buffer, replyStart }: MessageFrame, message: JetStreamMessage): boolean {
    const seen = this.#seen;
    if (seen === null || begins(buffer, replyStart, this.#firstDelivery)) return false;
    const { delivery } = message;
    if (delivery === null) return true;
    if (delivery.deliveryCount <= 1 || !seen.has(delivery.streamSequence)) return false;
    this.repeated++;
    try {
      message.ack();
    } catch {
      // Nothing can be sent now: it will come again.
    }
    this.#taker?.repeated();
    return true;
  }

  #isForInbox({ buffer, subjectStart, subjectEnd }: MessageFrame): boolean {
    const prefix = this.#prefixBytes;
    return subjectEnd - subjectStart > prefix.length && begins(buffer, subjectStart, prefix);
  }

  #status({ buffer, subjectStart, subjectEnd, start, headerLength }: MessageFrame): void {
    if (this.#taker === null) return;
    const id = decoder.decode(buffer.subarray(subjectStart + this.#prefix.length, subjectEnd));
    const headers = decodeHeaders(buffer.subarray(start, start + headerLength));
    const undelivered = headers.get("Nats-Pending-Messages");
    this.#taker.status(id, {
      code: headers.status,
      description: headers.description.toLowerCase(),
      undelivered: undelivered === null ? NaN : Number(undelivered),
    });
  }
}

function begins(buffer: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (buffer[at + i] !== prefix[i]) return false;
  return true;
}
