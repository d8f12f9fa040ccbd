import type { MessageFrame } from "../../nats/mod.ts";
import { NatsInvocation, type NatsInvocationParts } from "./invocation.ts";

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** An invocation on the side of the server. */
export class ServingInvocation extends NatsInvocation {
  /** Headers of the request; null without any. */
  readonly headers: ReadonlyMap<string, string> | null;

  /**
   * Answers the request with an inbox for the rest of its parameters.
   *
   * @param replyTo the caller's inbox
   * @param frame the request
   */
  constructor(parts: NatsInvocationParts, replyTo: string, frame: MessageFrame) {
    super(parts);
    const { buffer, start, headerLength, end } = frame;
    this.headers = headerLength === 0
      ? null
      : new Map(parts.link.nats.decodeHeaders(buffer.subarray(start, start + headerLength)));
    this.base = `${replyTo}.results`;
    this.publish(replyTo, encoder.encode(this.subject), NOTHING, NOTHING);
    this.countIn(end - start);
    const params = buffer.subarray(start + headerLength, end);
    if (params.length > 0) this.incoming.receive([], params);
  }
}
