/**
 * Answers a request with its own body and trailers, as they come; `echo-method`, `echo-path` and
 * `echo-NAME` of each header tell the rest.
 *
 * @module
 */
/// <reference path="../wasi.d.ts" />
import {
  type Field,
  Fields,
  IncomingBody,
  type IncomingRequest,
  OutgoingBody,
  OutgoingResponse,
  ResponseOutparam,
} from "wasi:http/types@0.2.0";

/** What `blocking-write-and-flush` takes at most. */
const MAX_WRITE = 4096;
const CHUNK = 65536n;

const encoder = new TextEncoder();

/** The interface `wasi:http/incoming-handler`. */
export const incomingHandler = {
  /** Copies the request into the response. */
  handle(request: IncomingRequest, out: ResponseOutparam): void {
    const method = request.method();
    const headers = Fields.fromList([
      ["echo-method", encoder.encode(method.val ?? method.tag)],
      ["echo-path", encoder.encode(request.pathWithQuery() ?? "")],
      ...request.headers().entries().map(([name, value]) => headerOf(name, value)),
    ]);
    const response = new OutgoingResponse(headers);
    const body = response.body();
    ResponseOutparam.set(out, { tag: "ok", val: response });
    const incoming = request.consume();
    copy(incoming, body);
    OutgoingBody.finish(body, trailersOf(incoming));
  },
};

function headerOf(name: string, value: Uint8Array): Field {
  return [`echo-${name}`, value];
}

function copy(incoming: IncomingBody, outgoing: OutgoingBody): void {
  const from = incoming.stream();
  const to = outgoing.write();
  try {
    for (;;) {
      const bytes = from.blockingRead(CHUNK);
      for (let at = 0; at < bytes.length; at += MAX_WRITE) {
        to.blockingWriteAndFlush(bytes.subarray(at, at + MAX_WRITE));
      }
    }
  } catch (error) {
    const { payload } = error as { payload?: { tag?: string } };
    if (payload?.tag !== "closed") throw error;
  } finally {
    // A stream has to go before its body is finished.
    from[Symbol.dispose]();
    to[Symbol.dispose]();
  }
}

function trailersOf(incoming: IncomingBody): Fields | undefined {
  const future = IncomingBody.finish(incoming);
  for (;;) {
    const trailers = future.get();
    if (trailers !== undefined) {
      if (trailers.tag === "err") throw new Error("the trailers were taken before");
      const fields = trailers.val;
      if (fields.tag === "err") throw new Error(`the trailers broke: ${fields.val.tag}`);
      return fields.val === undefined ? undefined : Fields.fromList(fields.val.entries());
    }
    future.subscribe().block();
  }
}
