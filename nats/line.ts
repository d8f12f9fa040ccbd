import type { NatsConnection } from "@nats-io/nats-core";
import { NatsConnectionImpl } from "@nats-io/nats-core/internal";
import { natsError } from "./errors.ts";
import { type FrameHeads, frameHeads, writeFrame } from "./frames.ts";
import { Handler, type Inbound, tooLarge } from "./handler.ts";
import { route } from "./route.ts";

/** Puts messages on the wire and takes them off it, past what nats-core does for each. */
export interface Line {
  /** What inboxes of this connection begin with. */
  readonly inboxPrefix: string;
  /** Most bytes of one message, as the server says. */
  readonly maxPayload: number;
  /** Bytes that wait to be written. */
  readonly pending: number;
  /** Resolves when all that waits is written, or can't be. */
  written(): Promise<void>;
  /**
   * Sends a message in order with all others.
   *
   * @param reply where replies go, or empty
   * @param headers as `encodeHeaders` makes them, or empty
   * @throws {NatsError} 1002 when the connection is closed, 1009 when it is too large or too much
   * waits to be written (`reason`: `max_payload`, `buffer_full`)
   */
  send(subject: string, reply: Uint8Array, headers: Uint8Array, data: Uint8Array): void;
  /**
   * Sends a message to a reply subject as it came.
   *
   * @throws {NatsError} 1002 when the connection is closed, 1009 when it is too large or too much
   * waits to be written (`reason`: `max_payload`, `buffer_full`)
   */
  answer(reply: Uint8Array, data: Uint8Array): void;
  /**
   * Delivers the messages of a subject to `inbound`.
   *
   * @param failed is called when the server refuses or ends the subscription
   * @returns what ends it
   */
  subscribe(
    subject: string,
    queue: string,
    inbound: Inbound,
    failed: (error: Error) => void,
  ): () => void;
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
/** The heads of a frame whose subject follows. */
const NO_SUBJECT: FrameHeads = { pub: encoder.encode("PUB "), hpub: encoder.encode("HPUB ") };
const lines = new WeakMap<NatsConnection, Line>();

/** The line of a connection. */
export function lineOf(core: NatsConnection): Line {
  let line = lines.get(core);
  if (line === undefined) {
    if (!(core instanceof NatsConnectionImpl) || !(core.protocol instanceof Handler)) {
      throw natsError(1003, undefined, "give a connection that nats.connect has made");
    }
    lines.set(core, line = makeLine(core, core.protocol, core.options.inboxPrefix ?? "_INBOX"));
  }
  return line;
}

function makeLine(core: NatsConnection, handler: Handler, inboxPrefix: string): Line {
  const wrote = patiently(() => handler.wrote());
  const isOpen = () => !handler.isClosed() && !handler.noMorePublishing;
  const checked = (length: number) => {
    handler.checkRoom();
    if (length > handler.maxPayload) throw tooLarge(length, handler.maxPayload);
    return length;
  };
  const sent = (length: number) => {
    handler.output.frames++;
    handler.outBytes += length;
    handler.outMsgs++;
    wrote();
  };
  let lastSubject = "";
  let heads: FrameHeads = frameHeads(lastSubject);
  return {
    inboxPrefix,
    get maxPayload() {
      return handler.maxPayload;
    },
    get pending() {
      return handler.output.pending;
    },
    written: () => handler.written(),
    send(subject, reply, headers, data) {
      if (!isOpen()) throw natsError(1002, undefined, subject);
      const length = checked(headers.length + data.length);
      if (subject !== lastSubject) heads = frameHeads(lastSubject = subject);
      writeFrame(handler.output, heads, reply, headers, data);
      sent(length);
    },
    answer(reply, data) {
      if (!isOpen()) throw natsError(1002, undefined, new TextDecoder().decode(reply));
      const length = checked(data.length);
      // Where the reply subject stands in a frame, the subject does in one without.
      writeFrame(handler.output, NO_SUBJECT, reply, NOTHING, data);
      sent(length);
    },
    subscribe(subject, queue, inbound, failed) {
      return route(core, handler, subject, queue, inbound, failed).end;
    },
  };
}

/** Rounds of microtasks without a new message before what waits is written. */
const PATIENCE = 8;
/** Messages that are written even so. */
const MANY = 256;

/**
 * A loop that awaits each of its messages publishes one in every few rounds of microtasks: `write` is
 * called when they have run dry, so that a write has many messages and not one.
 */
function patiently(write: () => void): () => void {
  let since = 0;
  let idle = 0;
  let waiting = false;
  const round = () => {
    idle = since === 0 ? idle + 1 : 0;
    since = 0;
    if (idle < PATIENCE) queueMicrotask(round);
    else {
      waiting = false;
      write();
    }
  };
  let count = 0;
  return () => {
    since++;
    if (++count % MANY === 0) write();
    if (waiting) return;
    waiting = true;
    idle = 0;
    queueMicrotask(round);
  };
}
