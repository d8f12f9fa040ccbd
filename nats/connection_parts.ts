import type { NatsConnection } from "@nats-io/nats-core";
import type { Context } from "../metrics/mod.ts";
import type { Handler, HandlerEvents } from "./handler.ts";
import type { NatsSeries, SubjectTags } from "./metrics.ts";
import type { Outages } from "./outages.ts";

/** What a connection has moved so far. */
export interface ConnectionStats {
  /** Messages published. */
  readonly outMsgs: number;
  /** Their bytes, headers included. */
  readonly outBytes: number;
  /** Messages received. */
  readonly inMsgs: number;
  /** Their bytes, headers included. */
  readonly inBytes: number;
  /** Times that the connection was lost and made again. */
  readonly reconnects: number;
  /** Messages that were lost with a connection before they were written. */
  readonly dropped: number;
  /** Bytes that wait to be written. */
  readonly pendingBytes: number;
}

/** What `connect` makes a connection of. */
export interface ConnectionParts {
  readonly core: NatsConnection;
  readonly handler: Handler;
  /** Whom the handler tells from here on. */
  readonly listen: (events: HandlerEvents) => void;
  readonly context: Context;
  readonly series: NatsSeries;
  readonly subjects: SubjectTags;
  readonly inboxPrefix: string | undefined;
}

/** The numbers of a connection. */
export function statsOf(handler: Handler, outages: Outages): ConnectionStats {
  const { outMsgs, outBytes, inMsgs, inBytes, output } = handler;
  const { reconnects, dropped } = outages;
  return { outMsgs, outBytes, inMsgs, inBytes, reconnects, dropped, pendingBytes: output.pending };
}
