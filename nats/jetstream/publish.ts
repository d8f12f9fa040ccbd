import type { NatsConnection } from "@nats-io/nats-core";
import { currentContext } from "../../metrics/mod.ts";
import { natsError } from "../errors.ts";
import { tellAll } from "../guarded.ts";
import type { Payload } from "../message.ts";
import { payloadBytes } from "../payload.ts";
import type { Host } from "./host.ts";
import { describeDoubts, Ledger, type LedgerEntry } from "./ledger.ts";
import type { PubAck } from "./pub_ack.ts";
import { type PublishOptions, publishPlan } from "./publish_options.ts";
import { Flight, Publisher } from "./publisher.ts";

/** A message that was sent and is yet to be acknowledged. */
export interface PubAckFuture {
  /**
   * Resolves with the acknowledgement.
   *
   * @throws {NatsError} 1022; the `cause` says why: a `JetStreamFailure`, 1004 no stream takes the
   * subject, 1006 none came in time, 1002
   */
  ack(): Promise<PubAck>;
}

/** Publishing to streams. */
export interface PublishCalls {
  /**
   * Publishes a message and waits until a stream has stored it.
   *
   * @throws {NatsError} 1002, 1003, 1008, 1009 a subject, header or payload, 1021; its `cause` says why: a
   * `JetStreamFailure` (`stream_full`, `wrong_last_sequence`), 1004 no stream takes the subject, 1006
   * no acknowledgement in time
   */
  publish(subject: string, data?: Payload, options?: PublishOptions): Promise<PubAck>;
  /**
   * Publishes a message and goes on: resolves when it is sent, which waits only while `maxInFlight`
   * messages are unacknowledged. What nobody asks the result of is in `ledger`.
   *
   * @throws {NatsError} 1002, 1003, 1008, 1009 a subject, header or payload
   */
  publishAsync(subject: string, data?: Payload, options?: PublishOptions): Promise<PubAckFuture>;
  /** Messages without an acknowledgement yet. */
  publishAsyncPending(): number;
  /** Resolves when every message is acknowledged, failed or in doubt; says how things stand then. */
  publishAsyncComplete(): Promise<LedgerEntry>;
  /** What became of all messages that this connection published to JetStream so far. */
  ledger(): LedgerEntry;
}

/** How a connection publishes. */
export interface PublishSettings {
  /** Milliseconds for an acknowledgement. */
  readonly timeoutMs: number;
  /** Most messages without one. */
  readonly maxInFlight: number;
  /** Called once, when the connection has ended. */
  readonly onLedger: ((entry: LedgerEntry) => void) | undefined;
}

/** The calls of publishing over one connection. */
export function publishCalls(
  host: Host,
  { timeoutMs, maxInFlight, onLedger }: PublishSettings,
): PublishCalls {
  const { ledger, publishers, told } = booksOf(host);
  if (onLedger !== undefined) told.add(onLedger);
  const publisher = publishers.get(maxInFlight) ?? new Publisher(host, ledger, maxInFlight);
  publishers.set(maxInFlight, publisher);
  const send = (
    subject: string,
    data: Payload,
    options: PublishOptions | undefined,
    errorCode: 1021 | 1022,
  ): Flight | Promise<Flight> => {
    if (host.core.isClosed()) throw natsError(1002, undefined, subject);
    const plan = publishPlan(options, timeoutMs);
    const bytes = payloadBytes(data);
    if (publisher.hasRoom) return publisher.publish(subject, bytes, plan, errorCode);
    return publisher.whenRoom(() => publisher.publish(subject, bytes, plan, errorCode));
  };
  return {
    // One promise a message: an async function would make three, and wait as many turns longer.
    publish(subject, data, options) {
      try {
        const flight = send(subject, data, options, 1021);
        return flight instanceof Flight ? flight.ack() : flight.then((sent) => sent.ack());
      } catch (error) {
        return Promise.reject(error);
      }
    },
    async publishAsync(subject, data, options) {
      return await send(subject, data, options, 1022);
    },
    publishAsyncPending: () => publisher.inFlight,
    async publishAsyncComplete() {
      await publisher.idle();
      return ledger.entry();
    },
    ledger: () => ledger.entry(),
  };
}

/** What all JetStreams of one connection have in common. */
export interface Books {
  readonly ledger: Ledger;
  /** By how many messages may be in flight. */
  readonly publishers: Map<number, Publisher>;
  /** Called once, when the connection has ended. */
  readonly told: Set<(entry: LedgerEntry) => void>;
}

const books = new WeakMap<NatsConnection, Books>();

/** The books of a connection. What is in doubt at the end is told, unless a script asked for them. */
export function booksOf(host: Host): Books {
  const known = books.get(host.core);
  if (known !== undefined) return known;
  const made: Books = { ledger: new Ledger(), publishers: new Map(), told: new Set() };
  books.set(host.core, made);
  const { recorder, tags } = currentContext();
  host.depend({
    idle: async () => void await Promise.all([...made.publishers.values()].map((to) => to.idle())),
    ended() {
      const entry = made.ledger.entry();
      tellAll(host.series, { recorder, tags }, made.told, entry);
      const doubts = made.told.size > 0 ? null : describeDoubts(entry);
      if (doubts !== null) recorder.warn?.(doubts);
    },
  });
  return made;
}
