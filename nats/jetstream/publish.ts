import type { NatsConnection } from "@nats-io/nats-core";
import { currentContext } from "../../metrics/mod.ts";
import { natsError } from "../errors.ts";
import type { Payload } from "../message.ts";
import type { Host } from "./host.ts";
import { describeDoubts, Ledger, type LedgerEntry } from "./ledger.ts";
import { payloadBytes } from "./payload.ts";
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
   * @throws {NatsError} 1002, 1003, 1008, 1009 a subject or header, 1021; its `cause` says why: a
   * `JetStreamFailure` (`stream_full`, `wrong_last_sequence`), 1004 no stream takes the subject, 1006
   * no acknowledgement in time
   */
  publish(subject: string, data?: Payload, options?: PublishOptions): Promise<PubAck>;
  /**
   * Publishes a message and goes on: resolves when it is sent, which waits only while `maxInFlight`
   * messages are unacknowledged. What nobody asks the result of is in `ledger`.
   *
   * @throws {NatsError} 1002, 1003, 1008, 1009 a subject or header
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
  const ledger = ledgerOf(host);
  if (onLedger !== undefined) ledger.isTold = true;
  let publisher: Publisher | undefined;
  host.depend({
    idle: async () => void await publisher?.idle(),
    ended: () => onLedger?.(ledger.entry()),
  });
  const send = (
    subject: string,
    data: Payload,
    options: PublishOptions | undefined,
    errorCode: 1021 | 1022,
  ): Flight | Promise<Flight> => {
    if (host.core.isClosed()) throw natsError(1002, undefined, subject);
    const plan = publishPlan(options, timeoutMs);
    const bytes = payloadBytes(data);
    const to = publisher ??= new Publisher(host, ledger, maxInFlight);
    if (to.hasRoom) return to.publish(subject, bytes, plan, errorCode);
    return to.whenRoom(() => to.publish(subject, bytes, plan, errorCode));
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
    publishAsyncPending: () => publisher?.inFlight ?? 0,
    async publishAsyncComplete() {
      await publisher?.idle();
      return ledger.entry();
    },
    ledger: () => ledger.entry(),
  };
}

const ledgers = new WeakMap<NatsConnection, Ledger>();

/** The one ledger of a connection. What is in doubt at the end is told, unless somebody else does. */
function ledgerOf(host: Host): Ledger {
  const known = ledgers.get(host.core);
  if (known !== undefined) return known;
  const ledger = new Ledger();
  ledgers.set(host.core, ledger);
  const { recorder } = currentContext();
  host.depend({
    idle: () => Promise.resolve(),
    ended() {
      const doubts = ledger.isTold ? null : describeDoubts(ledger.entry());
      if (doubts !== null) recorder.warn?.(doubts);
    },
  });
  return ledger;
}
