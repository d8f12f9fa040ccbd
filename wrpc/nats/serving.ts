import type { MessageFrame } from "../../nats/mod.ts";
import { NatsInvocation } from "./invocation.ts";

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** An invocation on the side of the server. */
export class ServingInvocation extends NatsInvocation {
  /** Headers of the request; null without any. */
  headers: ReadonlyMap<string, string> | null = null;

  /**
   * Answers the request with an inbox for the rest of its parameters.
   *
   * @param replyTo the caller's inbox
   * @param frame the request
   * @throws {WrpcError} `connection_lost`, `buffer_full`: it is over
   */
  begin(replyTo: string, { buffer, start, headerLength, end }: MessageFrame): void {
    try {
      if (headerLength > 0) {
        const headers = buffer.subarray(start, start + headerLength);
        this.headers = new Map(this.link.nats.decodeHeaders(headers));
      }
      this.base = `${replyTo}.results`;
      this.publish(replyTo, encoder.encode(this.subject), NOTHING, NOTHING);
      this.countIn(end - start);
      const params = buffer.subarray(start + headerLength, end);
      if (params.length > 0) this.incoming.receive([], params);
    } catch (cause) {
      const error = this.fail(cause, "receive");
      this.drop(error);
      throw error;
    }
  }
}
