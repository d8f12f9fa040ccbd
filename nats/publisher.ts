import {
  type Context,
  currentContext,
  type Recorder,
  type Sink,
  type Tags,
} from "../metrics/mod.ts";
import { natsError } from "./errors.ts";
import { type FrameHeads, frameHeads, writeFrame, writeTextFrame } from "./frames.ts";
import { type Handler, tooLarge } from "./handler.ts";
import { encodeHeaders, type HeadersInput } from "./headers.ts";
import type { Payload } from "./message.ts";
import { NATS_METRICS, type NatsSeries, type SubjectTags } from "./metrics.ts";
import { payloadBytes } from "./payload.ts";
import { now, STAMP_HEADER, stamped, type StampPlace } from "./stamp.ts";
import { checkPublishSubject } from "./subject.ts";

/** How to publish one message. */
export interface PublishOptions {
  /** Its headers. */
  headers?: HeadersInput;
  /** Where replies go. */
  reply?: string;
  /**
   * Stamps the message, so that subscribers of ours measure its delivery (`nats_delivery_latency`):
   * `"header"` (or true) in the header `Downpour-Sent`, `"data"` in 8 bytes before the payload, which
   * a subscription with `stamp: "data"` takes off again.
   */
  stamp?: boolean | StampPlace;
  /**
   * The time to stamp, in milliseconds since 1970: when it was planned to be sent, so that a
   * generator that is late doesn't hide the delay. @default now
   */
  plannedAt?: number;
}

/** The messages of `publishMany`: one payload for all, or a function of the message's number. */
export type PayloadOf = Exclude<Payload, object> | Uint8Array | ((index: number) => Payload);

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);
/** Longest text that is encoded in place: the room taken for it is three times as much. */
const MAX_TEXT = 8192;
/** Most subjects whose beginnings and sinks are kept at hand. */
const MAX_KEPT = 1000;

/** What is kept of one subject in one place, so that a message costs no look-up. */
export interface Outlet {
  readonly subject: string;
  readonly heads: FrameHeads;
  readonly recorder: Recorder;
  readonly tags: Tags;
  readonly messages: Sink;
  readonly bytes: Sink;
  /** Counted since they were last recorded. */
  sent: number;
  sentBytes: number;
}

/** Publishing: frames go straight to the connection's output, counted once a turn. */
export class Publisher {
  readonly #handler: Handler;
  readonly #series: NatsSeries;
  readonly #subjects: SubjectTags;
  readonly #outlets = new Map<string, Outlet>();
  readonly #dirty: Outlet[] = [];
  #last: Outlet | undefined;
  #lastText = "";
  #lastBytes: Uint8Array | null = NOTHING;

  /** @param handler of the connection that it publishes over */
  constructor(handler: Handler, series: NatsSeries, subjects: SubjectTags) {
    this.#handler = handler;
    this.#series = series;
    this.#subjects = subjects;
  }

  /** Appends a message. @throws {NatsError} 1008, 1009 */
  publish(subject: string, data: Payload, options: PublishOptions | undefined): void {
    const context = currentContext();
    try {
      const outlet = this.outlet(subject, context);
      this.#handler.checkRoom();
      if (options === undefined) this.#plain(outlet, data);
      else this.#full(outlet, data, options);
    } catch (error) {
      this.#series.failed(context, error);
      throw error;
    }
    this.#handler.wrote();
  }

  #plain(outlet: Outlet, data: Payload): void {
    const { output, maxPayload } = this.#handler;
    if (typeof data !== "string") {
      this.#frame(outlet, NOTHING, NOTHING, payloadBytes(data));
    } else if (data === this.#lastText) {
      // The same text as before needs no encoding from its second time on.
      this.#lastBytes ??= encoder.encode(data);
      this.#frame(outlet, NOTHING, NOTHING, this.#lastBytes);
    } else if (data.length > MAX_TEXT) {
      this.#frame(outlet, NOTHING, NOTHING, encoder.encode(data));
    } else {
      const length = writeTextFrame(output, outlet.heads, data, maxPayload);
      if (length < 0) throw tooLarge(encoder.encode(data).length, maxPayload);
      output.frames++;
      this.#count(outlet, length);
      this.#lastText = data;
      this.#lastBytes = null;
    }
  }

  #full(outlet: Outlet, data: Payload, options: PublishOptions): void {
    const { headers, reply, stamp = false, plannedAt } = options;
    if (reply !== undefined) checkPublishSubject(reply);
    const sentAt = stamp === false ? 0 : plannedAt ?? now();
    let bytes = payloadBytes(data);
    let encoded = headers === undefined ? NOTHING : encodeHeaders(headers);
    if (stamp === "data") bytes = stamped(bytes, sentAt);
    else if (stamp === true || stamp === "header") {
      const fields = headers === undefined ? "NATS/1.0\r\n" : decodeWithoutEnd(encoded);
      encoded = encoder.encode(`${fields}${STAMP_HEADER}: ${sentAt}\r\n\r\n`);
    } else if (stamp !== false) {
      throw natsError(1009, undefined, `stamp must be "header" or "data": ${String(stamp)}`);
    }
    this.#frame(outlet, reply === undefined ? NOTHING : encoder.encode(reply), encoded, bytes);
  }

  #frame(outlet: Outlet, reply: Uint8Array, headers: Uint8Array, bytes: Uint8Array): void {
    const { output, maxPayload } = this.#handler;
    const length = headers.length + bytes.length;
    if (length > maxPayload) throw tooLarge(length, maxPayload);
    writeFrame(output, outlet.heads, reply, headers, bytes);
    output.frames++;
    this.#count(outlet, length);
  }

  /** Appends a request: a message whose reply goes to `reply`, which needs no check. */
  request(outlet: Outlet, reply: Uint8Array, headers: Uint8Array, data: Payload): void {
    this.#handler.checkRoom();
    this.#frame(outlet, reply, headers, payloadBytes(data));
    this.#handler.wrote();
  }

  /** Publishes `messages` of one payload or a function's, or a list. @returns how many */
  async many(
    subject: string,
    messages: number | Iterable<Payload>,
    payload: PayloadOf | undefined,
  ): Promise<number> {
    const context = currentContext();
    try {
      const outlet = this.outlet(subject, context);
      if (typeof messages === "number") {
        if (Number.isSafeInteger(messages) && messages >= 0) {
          return await this.#repeated(outlet, messages, payload);
        }
      } else if (typeof messages === "object" && messages !== null) {
        return await this.#listed(outlet, messages);
      }
      const wrong = `publishMany takes a number of messages or a list: ${String(messages)}`;
      throw natsError(1009, undefined, wrong);
    } catch (error) {
      this.#series.failed(context, error);
      throw error;
    }
  }

  async #repeated(
    outlet: Outlet,
    count: number,
    payload: PayloadOf | undefined,
  ): Promise<number> {
    const { output, maxPendingBytes } = this.#handler;
    const ahead = Math.min(AHEAD, maxPendingBytes);
    for (let i = 0; i < count;) {
      const pause = Math.min(count, i + 1024);
      const most = Math.min(output.pending + AHEAD, maxPendingBytes);
      for (; i < pause && output.pending <= most; i++) {
        this.#plain(outlet, typeof payload === "function" ? payload(i) : payload);
      }
      this.#handler.wrote();
      if (output.pending > ahead) await this.#written();
    }
    await this.#written();
    return count;
  }

  async #listed(outlet: Outlet, payloads: Iterable<Payload>): Promise<number> {
    const { output, maxPendingBytes } = this.#handler;
    const ahead = Math.min(AHEAD, maxPendingBytes);
    let most = Math.min(output.pending + AHEAD, maxPendingBytes);
    let count = 0;
    for (const payload of payloads) {
      this.#plain(outlet, payload);
      if (++count % 1024 > 0 && output.pending <= most) continue;
      this.#handler.wrote();
      if (output.pending > ahead) await this.#written();
      most = Math.min(output.pending + AHEAD, maxPendingBytes);
    }
    this.#handler.wrote();
    await this.#written();
    return count;
  }

  async #written(): Promise<void> {
    await this.#handler.written();
    if (this.#handler.isClosed()) {
      throw natsError(1002, undefined, "while publishing", "disconnected");
    }
    this.#handler.checkRoom();
  }

  /** What is kept of a subject in a place. @throws {NatsError} 1008, 1009 */
  outlet(subject: string, { recorder, tags }: Context): Outlet {
    const last = this.#last;
    if (
      last !== undefined && last.subject === subject && last.tags === tags &&
      last.recorder === recorder
    ) return last;
    let outlet = this.#outlets.get(subject);
    if (outlet === undefined || outlet.tags !== tags || outlet.recorder !== recorder) {
      checkPublishSubject(subject);
      const place = { recorder, tags };
      const value = this.#subjects.of(subject);
      outlet = {
        subject,
        heads: outlet?.heads ?? frameHeads(subject),
        recorder,
        tags,
        messages: this.#series.sink(place, NATS_METRICS.msgsSent, "subject", value),
        bytes: this.#series.sink(place, NATS_METRICS.bytesSent, "subject", value),
        sent: 0,
        sentBytes: 0,
      };
      if (this.#outlets.size >= MAX_KEPT) this.#outlets.clear();
      this.#outlets.set(subject, outlet);
    }
    return this.#last = outlet;
  }

  #count(outlet: Outlet, length: number): void {
    this.#handler.outMsgs++;
    this.#handler.outBytes += length;
    if (outlet.sent++ === 0) {
      this.#dirty.push(outlet);
      if (this.#dirty.length === 1) queueMicrotask(this.#record);
    }
    outlet.sentBytes += length;
  }

  readonly #record = (): void => {
    for (const outlet of this.#dirty) {
      outlet.messages.add(outlet.sent);
      outlet.bytes.add(outlet.sentBytes);
      outlet.sent = outlet.sentBytes = 0;
    }
    this.#dirty.length = 0;
  };
}

/** Bytes that may wait before `publishMany` lets them be written. */
const AHEAD = 1024 * 1024;

function decodeWithoutEnd(headers: Uint8Array): string {
  return new TextDecoder().decode(headers.subarray(0, headers.length - 2));
}
