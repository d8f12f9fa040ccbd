import { nearest, OptionError } from "../../internal/mod.ts";
import type { NetError } from "../errors.ts";
import type { DnsRecord, RecordType } from "./records.ts";

/** A question to one server. */
export interface QueryStartEvent {
  /** The server, as in `1.1.1.1:53`. */
  readonly server: string;
  /** The name that is asked for, as it is sent. */
  readonly name: string;
  /** The type of record asked for. */
  readonly type: RecordType;
}

/** What came of a question to one server. */
export interface QueryEndEvent extends QueryStartEvent {
  /** The transport of the answer: `tcp` after a datagram that was cut; null without an answer. */
  readonly protocol: "udp" | "tcp" | null;
  /** The response code, for example `NOERROR`, `NXDOMAIN`, `SERVFAIL`; null without an answer. */
  readonly rcode: string | null;
  /** Records of the answer section, as `query` returns them; none without an answer. */
  readonly records: readonly DnsRecord[];
  /** Why the next server is asked, or the query fails; null for an answer that counts. */
  readonly error: NetError | null;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/**
 * What DNS queries tell, by event. One question is one pair of events, whatever it takes: asking
 * again over TCP or without EDNS is part of it, asking again after silence isn't.
 */
export interface QueryEvents {
  /** A server is about to be asked. */
  queryStart: QueryStartEvent;
  /** It has answered, failed, or not answered in time. */
  queryEnd: QueryEndEvent;
}

/** Listeners by event. One that throws fails the query. */
export type QueryEventHandlers = {
  readonly [E in keyof QueryEvents]?: (value: QueryEvents[E]) => void;
};

const NAMES: readonly (keyof QueryEvents)[] = ["queryStart", "queryEnd"];

/** @throws {OptionError} for an event that doesn't exist, or a listener that is no function */
export function checkQueryHandlers(handlers: QueryEventHandlers | undefined): void {
  if (handlers === undefined) return;
  if (typeof handlers !== "object" || handlers === null) {
    throw new OptionError("eventHandlers", `eventHandlers must be an object: ${handlers}`);
  }
  for (const [event, listener] of Object.entries<unknown>(handlers)) {
    if (!(NAMES as readonly string[]).includes(event)) {
      const near = nearest(event, NAMES);
      const hint = near === null ? `one of ${NAMES.join(", ")}` : `did you mean ${near}`;
      throw new OptionError("eventHandlers", `a query has no event ${event}: ${hint}`);
    }
    if (typeof listener === "function" || listener === undefined) continue;
    const message = `the listener of ${event} is not a function: ${listener}`;
    throw new OptionError("eventHandlers", message);
  }
}
