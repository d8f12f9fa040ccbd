import type { MessageFrame } from "../../nats/mod.ts";
import type { IndexPath } from "../codec/mod.ts";
import { WrpcError } from "../errors.ts";
import { NatsInvocation, type NatsInvocationParts } from "./invocation.ts";

const NO_RESPONDERS = 503;
const ROOT: IndexPath = [];
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What is asked for. */
export interface NatsRequest {
  /** Subject of the function. */
  readonly subject: string;
  /** As HPUB has them, or empty. */
  readonly headers: Uint8Array;
  /** The encoded parameters. */
  readonly params: Uint8Array;
}

/** An invocation on the side of the caller. */
export class CallingInvocation extends NatsInvocation {
  /** What was asked for. */
  readonly request: NatsRequest;
  /** Parameters that didn't fit the first message. */
  #rest: Uint8Array;
  readonly #ready = Promise.withResolvers<void>();
  #sent: Promise<void> | null = null;

  constructor(parts: NatsInvocationParts, request: NatsRequest) {
    super(parts);
    this.request = request;
    this.#ready.promise.catch(() => {}); // Not everybody waits for it.
    this.broken.catch((error) => this.#ready.reject(error));
    this.#rest = request.params;
  }

  /** Sends the request. @throws {WrpcError} `connection_lost`, `buffer_full`: it is over */
  begin(): void {
    const { subject, headers, params } = this.request;
    const first = Math.max(0, this.link.line.maxPayload - headers.length);
    this.#rest = params.subarray(first);
    try {
      this.publish(subject, encoder.encode(this.subject), headers, params.subarray(0, first));
    } catch (error) {
      if (error instanceof WrpcError) this.drop(error);
      throw error;
    }
  }

  /** The server's answer to the request: where the rest of the parameters goes. */
  override answered(frame: MessageFrame): void {
    if (this.base !== null) return; // A second one, of a server that isn't in the queue group.
    const { buffer, start, headerLength, replyStart, replyEnd } = frame;
    if (headerLength > 0) {
      const headers = buffer.subarray(start, start + headerLength);
      const failure = this.#statusOf(headers) ?? this.failureOf(headers);
      if (failure !== null) return this.ended(failure);
    }
    if (replyStart < 0) {
      const message = `the server of ${this.request.subject} names no inbox for parameters`;
      this.peerEnded = true; // Nobody could be told of an end.
      this.fail(new WrpcError("handshake_invalid", "receive", message), "receive");
      return;
    }
    this.base = `${decoder.decode(buffer.subarray(replyStart, replyEnd))}.params`;
  }

  /** Sends the rest of the parameters, and their end unless the result came with the answer. */
  override settled(): void {
    if (this.base === null || this.#sent !== null) return;
    this.#sent = this.#sendRest();
    this.#sent.catch(() => {}); // `closeWrite` tells.
    this.#ready.resolve();
  }

  async #sendRest(): Promise<void> {
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length > 0) await this.send(ROOT, rest);
    if (!this.incoming.rootOver) await this.send(ROOT, null);
  }

  #statusOf(headers: Uint8Array): WrpcError | null {
    const { status, description } = this.link.nats.decodeHeaders(headers);
    if (status < 300) return null;
    const { subject } = this.request;
    if (status === NO_RESPONDERS) {
      return new WrpcError("no_responders", "receive", `nobody serves ${subject}`);
    }
    const message = `${subject} was answered with status ${status} ${description}`.trimEnd();
    return new WrpcError("invocation_failed", "receive", message);
  }

  protected override ready(): Promise<void> {
    return this.#ready.promise;
  }

  override async closeWrite(): Promise<void> {
    if (this.#sent === null) await this.#ready.promise;
    await this.#sent;
  }
}
