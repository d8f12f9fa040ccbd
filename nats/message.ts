import { decodeHeaders, type HeadersInput, type MessageHeaders } from "./headers.ts";
import type { MessageFrame } from "./scan.ts";

const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);

/** The bytes of a message: a `Uint8Array` whose text is its UTF-8 (`String(msg.data)`, as in the seed). */
export class MessageData extends Uint8Array<ArrayBufferLike> {
  /** The bytes as UTF-8 text. */
  override toString(): string {
    return decoder.decode(this);
  }
}

/** Bytes as message data, without a copy. */
export function messageData(bytes: Uint8Array): MessageData {
  return new MessageData(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** What can be published: text, bytes; anything else as JSON. */
export type Payload = string | Uint8Array | object | number | boolean | null | undefined;

/** Where replies go. */
export interface Responder {
  /** Publishes the reply. */
  publish(subject: string, data?: Payload, options?: { headers?: HeadersInput }): void;
}

/** The bytes of a message, and where in them its parts are: `replyStart` is -1 without a reply. */
export type MessageBytes = Pick<
  MessageFrame,
  "buffer" | "replyStart" | "replyEnd" | "headerLength" | "start" | "end"
>;

/** A message that arrived (seed `nats.md`: `subject`, `data`, `reply`, `headers`, `timestamp`). */
export class Message {
  /** The subject that it was published to. */
  readonly subject: string;
  /** When it arrived here, in milliseconds since 1970, with fractions. */
  readonly timestamp: number;
  readonly #responder: Responder;
  // Numbers, no views: most messages are counted, and few of their parts are looked at.
  readonly #buffer: Uint8Array;
  readonly #replyStart: number;
  readonly #replyEnd: number;
  readonly #headerLength: number;
  readonly #start: number;
  readonly #end: number;
  #reply: string | undefined;
  #data: MessageData | undefined;
  #headers: MessageHeaders | undefined;

  /** Made by a connection: the buffer of `bytes` stays as it is, `bytes` itself may be used again. */
  constructor(subject: string, bytes: MessageBytes, timestamp: number, responder: Responder) {
    this.subject = subject;
    this.timestamp = timestamp;
    this.#responder = responder;
    this.#buffer = bytes.buffer;
    this.#replyStart = bytes.replyStart;
    this.#replyEnd = bytes.replyEnd;
    this.#headerLength = bytes.headerLength;
    this.#start = bytes.start;
    this.#end = bytes.end;
  }

  /** Where a reply is awaited; empty when none is. */
  get reply(): string {
    return this.#reply ??= this.#replyStart < 0 ? "" : decoder.decode(this.replyBytes());
  }

  /** The bytes of `reply`. */
  protected replyBytes(): Uint8Array {
    const start = this.#replyStart;
    return start < 0 ? NOTHING : this.#buffer.subarray(start, this.#replyEnd);
  }

  /** The payload; `String(msg.data)` is its text. */
  get data(): MessageData {
    return this.#data ??= messageData(this.#payload());
  }

  /** Its headers; null without any. */
  get headers(): MessageHeaders | null {
    if (this.#headerLength === 0) return null;
    const [start, length] = [this.#start, this.#headerLength];
    return this.#headers ??= decodeHeaders(this.#buffer.subarray(start, start + length));
  }

  /** Bytes of headers and payload. */
  get size(): number {
    return this.#end - this.#start;
  }

  #payload(): Uint8Array {
    return this.#buffer.subarray(this.#start + this.#headerLength, this.#end);
  }

  /** The payload as text. */
  text(): string {
    return decoder.decode(this.#payload());
  }

  /** The payload parsed as JSON. @throws {SyntaxError} when it is none */
  json(): unknown {
    return JSON.parse(this.text());
  }

  /** Publishes a reply; false when nobody awaits one. */
  respond(data?: Payload, options?: { headers?: HeadersInput }): boolean {
    if (this.reply === "") return false;
    this.#responder.publish(this.reply, data, options);
    return true;
  }

  /** What `JSON.stringify` shows. */
  toJSON(): { subject: string; reply: string; timestamp: number } {
    return { subject: this.subject, reply: this.reply, timestamp: this.timestamp };
  }
}
