import { decodeHeaders, type HeadersInput, type MessageHeaders } from "./headers.ts";

const decoder = new TextDecoder();

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

/** A message that arrived (seed `nats.md`: `subject`, `data`, `reply`, `headers`, `timestamp`). */
export class Message {
  /** The subject that it was published to. */
  readonly subject: string;
  /** Where a reply is awaited; empty when none is. */
  readonly reply: string;
  /** When it arrived here, in milliseconds since 1970, with fractions. */
  readonly timestamp: number;
  readonly #bytes: Uint8Array;
  readonly #headerLength: number;
  readonly #responder: Responder;
  #data: MessageData | undefined;
  #headers: MessageHeaders | undefined;

  /** Made by a connection: `bytes` are headers and payload. */
  constructor(
    subject: string,
    reply: string,
    timestamp: number,
    bytes: Uint8Array,
    headerLength: number,
    responder: Responder,
  ) {
    this.subject = subject;
    this.reply = reply;
    this.timestamp = timestamp;
    this.#bytes = bytes;
    this.#headerLength = headerLength;
    this.#responder = responder;
  }

  /** The payload; `String(msg.data)` is its text. */
  get data(): MessageData {
    return this.#data ??= messageData(this.#bytes.subarray(this.#headerLength));
  }

  /** Its headers; null without any. */
  get headers(): MessageHeaders | null {
    if (this.#headerLength === 0) return null;
    return this.#headers ??= decodeHeaders(this.#bytes.subarray(0, this.#headerLength));
  }

  /** Bytes of headers and payload. */
  get size(): number {
    return this.#bytes.length;
  }

  /** The payload as text. */
  text(): string {
    return decoder.decode(this.#bytes.subarray(this.#headerLength));
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
}
