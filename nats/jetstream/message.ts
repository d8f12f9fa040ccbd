import { natsError } from "../errors.ts";
import { Message, type MessageBytes, type Responder } from "../message.ts";
import type { MessageFrame } from "../scan.ts";
import { SubjectReader } from "../subject_reader.ts";
import { type Delivery, parseAckSubject, streamSequence } from "./ack_subject.ts";

const encoder = new TextEncoder();
/** The words of ADR-13. */
const ACK = encoder.encode("+ACK");
const NAK = encoder.encode("-NAK");
const TERM = encoder.encode("+TERM");
const IN_PROGRESS = encoder.encode("+WPI");

/** Where a message's answers go. */
export interface Acker extends Responder {
  /** Sends an answer to a reply subject. */
  answer(reply: Uint8Array, word: Uint8Array): void;
  /** Sends an answer and waits until the server says that it has it. */
  confirm(reply: string, word: Uint8Array, timeoutMs: number): Promise<void>;
  /** A message was acknowledged. */
  acked(message: JetStreamMessage): void;
}

/** A message that a consumer delivered. */
export class JetStreamMessage extends Message {
  readonly #acker: Acker;
  #delivery: Delivery | null | undefined;
  #answered = false;

  /** Made by a subscription. */
  constructor(subject: string, bytes: MessageBytes, timestamp: number, acker: Acker) {
    super(subject, bytes, timestamp, acker);
    this.#acker = acker;
  }

  /** As `info`, but null when its reply subject is none of JetStream. */
  get delivery(): Delivery | null {
    return this.#delivery ??= parseAckSubject(this.reply);
  }

  /**
   * How it was delivered: stream, consumer, sequences, count, time.
   *
   * @throws {NatsError} 1032 when its reply subject is none of JetStream
   */
  get info(): Delivery {
    const { delivery } = this;
    if (delivery !== null) return delivery;
    throw natsError(1032, undefined, `no message of a consumer: its reply is "${this.reply}"`);
  }

  /** Its sequence in the stream. */
  get seq(): number {
    if (this.#delivery === undefined) {
      const sequence = streamSequence(this.replyBytes());
      if (sequence >= 0) return sequence;
    }
    return this.info.streamSequence;
  }

  /** Whether it was delivered before. */
  get redelivered(): boolean {
    return this.info.deliveryCount > 1;
  }

  /** When it was stored. */
  get storedAt(): Date {
    return new Date(Number(this.info.timestampNanos / 1_000_000n));
  }

  /** Whether `ack`, `nak`, `term` or `ackAck` was called. */
  get answered(): boolean {
    return this.#answered;
  }

  /** It is done. Only the first answer counts. */
  ack(): void {
    const reply = this.#claim();
    if (reply === null) return;
    this.#acker.acked(this);
    this.#acker.answer(reply, ACK);
  }

  /** It isn't done: deliver it again, after `delayMs` milliseconds if given. */
  nak(delayMs: number = 0): void {
    if (!(delayMs >= 0)) {
      throw natsError(1003, undefined, `nak takes milliseconds that are not negative: ${delayMs}`);
    }
    const reply = this.#claim();
    if (reply === null) return;
    const delay = JSON.stringify({ delay: Math.round(delayMs * 1e6) });
    this.#acker.answer(reply, delayMs === 0 ? NAK : encoder.encode(`-NAK ${delay}`));
  }

  /** It can't be done: don't deliver it again. */
  term(reason: string = ""): void {
    const reply = this.#claim();
    if (reply === null) return;
    this.#acker.answer(reply, reason === "" ? TERM : encoder.encode(`+TERM ${reason}`));
  }

  /** It is being worked on: its time for an answer starts anew. */
  inProgress(): void {
    const reply = this.replyBytes();
    if (!this.#answered && reply.length > 0) this.#acker.answer(reply, IN_PROGRESS);
  }

  /**
   * It is done, and the server has said that it knows (double ack).
   *
   * @param timeoutMs milliseconds for the server's word
   * @returns false when it was answered before
   * @throws {NatsError} 1006 when the server's word didn't come, 1002
   */
  async ackAck(timeoutMs: number = 5000): Promise<boolean> {
    if (this.#claim() === null) return false;
    await this.#acker.confirm(this.reply, ACK, timeoutMs);
    this.#acker.acked(this);
    return true;
  }

  /** Where its only answer goes; null when it was answered before, or has nowhere to go. */
  #claim(): Uint8Array | null {
    const reply = this.replyBytes();
    if (this.#answered || reply.length === 0) return null;
    this.#answered = true;
    return reply;
  }
}

/** Makes messages of frames. */
export class MessageMaker {
  readonly #acker: Acker;
  readonly #subjects = new SubjectReader();

  /** @param acker of all messages made */
  constructor(acker: Acker) {
    this.#acker = acker;
  }

  /** One message, whose bytes are the frame's. */
  make(frame: MessageFrame, timestamp: number): JetStreamMessage {
    return new JetStreamMessage(this.#subjects.of(frame), frame, timestamp, this.#acker);
  }
}
