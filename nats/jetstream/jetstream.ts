import { checkNames, OptionError } from "../../internal/mod.ts";
import { natsError } from "../errors.ts";
import { configuring } from "./_checks.ts";
import { type ConsumerCalls, consumerCalls } from "./consumers.ts";
import type { Connection } from "../connection.ts";
import { apiOf, type ApiOptions } from "./manager.ts";
import type { LedgerEntry } from "./ledger.ts";
import { type OrderedCalls, orderedCalls } from "./ordered.ts";
import { type PublishCalls, publishCalls, type PublishSettings } from "./publish.ts";
import { type ReconcileCalls, reconcileCalls } from "./reconcile.ts";
import { type StoreCalls, storeCalls } from "./stores.ts";
import { type StreamCalls, streamCalls } from "./streams.ts";
import { type SubscribeCalls, subscribeCalls } from "./subscribe.ts";

/** How JetStream is used over a connection. */
export interface JetStreamOptions extends ApiOptions {
  /**
   * Messages that may be unacknowledged at a time; more wait. JetStreams of one connection with the
   * same number share it. @default {1024}
   */
  maxInFlight?: number;
  /**
   * Called once, when the connection has ended: what became of all its messages, and which are in
   * doubt. `describeDoubts` makes text of it. Default: a warning in the log, where some are.
   */
  onLedger?: (entry: LedgerEntry) => void;
}

/** JetStream over a connection: streams, consumers, publishing, stores (the seed's `js`). */
export interface JetStream
  extends
    StreamCalls,
    ConsumerCalls,
    PublishCalls,
    ReconcileCalls,
    SubscribeCalls,
    OrderedCalls,
    StoreCalls {}

const NAMES = ["timeout", "domain", "apiPrefix", "maxInFlight", "onLedger"];

/**
 * JetStream over a connection. Asks nothing of the server yet.
 *
 * @throws {NatsError} 1002 when the connection is closed, 1003
 */
export function jetStream(connection: Connection, options: JetStreamOptions = {}): JetStream {
  if (typeof connection !== "object" || connection === null || !("core" in connection)) {
    throw natsError(1003, undefined, "jetStream takes a connection that nats.connect has made");
  }
  if (connection.core.isClosed()) throw natsError(1002, undefined, "jetStream");
  const settings = checked(options);
  const api = apiOf(connection, options);
  return {
    ...streamCalls(api),
    ...consumerCalls(api),
    ...publishCalls(connection, settings),
    ...reconcileCalls(connection, api),
    ...subscribeCalls(connection, api),
    ...orderedCalls(connection, api),
    ...storeCalls(connection, api),
  };
}

function checked(options: JetStreamOptions): PublishSettings {
  return configuring("nats.jetStream", () => {
    checkNames("nats.jetStream", options, NAMES);
    const { timeout = 5000, maxInFlight = 1024, domain, apiPrefix, onLedger } = options;
    if (!(timeout > 0)) throw new OptionError("timeout", `timeout must be over 0 ms: ${timeout}`);
    if (!Number.isInteger(maxInFlight) || maxInFlight < 1 || maxInFlight > 1_000_000) {
      throw new OptionError("maxInFlight", `maxInFlight must be 1 to 1000000: ${maxInFlight}`);
    }
    if (domain !== undefined && apiPrefix !== undefined) {
      throw new OptionError("apiPrefix", "apiPrefix must be left out when domain is given");
    }
    if (onLedger !== undefined && typeof onLedger !== "function") {
      throw new OptionError("onLedger", `onLedger must be a function: ${String(onLedger)}`);
    }
    return { timeoutMs: timeout, maxInFlight, onLedger };
  });
}
