import { checkNames, OptionError } from "../../internal/mod.ts";
import { encodeHeaders, type HeadersInput } from "../headers.ts";
import { configuring } from "./_checks.ts";
import { NOTHING } from "./host.ts";

/** What must be true of the stream for a message to be stored. */
export interface PublishExpectations {
  /** The stream that takes it. */
  streamName?: string;
  /** The stream's last sequence. */
  lastSequence?: number;
  /** The last sequence of the message's subject; 0: there is none. */
  lastSubjectSequence?: number;
  /** The subject, wildcards allowed, that `lastSubjectSequence` is of. */
  lastSubjectSequenceSubject?: string;
  /** The `Nats-Msg-Id` of the stream's last message. */
  lastMsgID?: string;
}

/** How one message is published to JetStream. */
export interface PublishOptions {
  /** `Nats-Msg-Id`: a stream stores a message of the same id once (within its duplicate window). */
  msgID?: string;
  /** Headers of the message. */
  headers?: HeadersInput;
  /** What must be true of the stream. */
  expect?: PublishExpectations;
  /** Milliseconds to wait for the acknowledgement, each time it is sent. Default: of `jetStream` */
  timeout?: number;
  /**
   * How often it is sent again when no acknowledgement came, with the same `Nats-Msg-Id`; one is made
   * if there is none. Default: 2 with a `msgID`, else 0
   */
  retries?: number;
  /** How long the stream keeps it, as in `30s` (nats-server 2.11; the stream must allow it). */
  ttl?: string;
}

/** A checked option set. */
export interface PublishPlan {
  /** Undefined without one. */
  readonly msgID: string | undefined;
  /** As `encodeHeaders` makes them; empty without any. */
  readonly headers: Uint8Array;
  readonly timeoutMs: number;
  readonly retries: number;
}

const NAMES = ["msgID", "headers", "expect", "timeout", "retries", "ttl"] as const;
const EXPECT = [
  ...["streamName", "lastSequence", "lastSubjectSequence", "lastSubjectSequenceSubject"],
  "lastMsgID",
];
const DEFAULT_RETRIES = 2;

/** Plans for publishing with no options at all, by timeout. */
const bare = new Map<number, PublishPlan>();

/** Checks options and encodes headers. @throws {NatsError} 1003, or 1009 for a header */
export function publishPlan(
  options: PublishOptions | undefined,
  defaultTimeoutMs: number,
): PublishPlan {
  if (options === undefined) {
    const timeoutMs = defaultTimeoutMs;
    let plan = bare.get(timeoutMs);
    if (plan === undefined) {
      plan = { msgID: undefined, headers: NOTHING, timeoutMs, retries: 0 };
      bare.set(timeoutMs, plan);
    }
    return plan;
  }
  return configuring("publish", () => checked(options, defaultTimeoutMs));
}

function checked(options: PublishOptions, defaultTimeoutMs: number): PublishPlan {
  checkNames("publish", options, NAMES);
  const { timeout = defaultTimeoutMs } = options;
  if (!(timeout > 0)) throw new OptionError("timeout", `timeout must be over 0: ${timeout}`);
  const given = options.msgID;
  if (given !== undefined && (typeof given !== "string" || given === "")) {
    throw new OptionError("msgID", `msgID must be a text that isn't empty: ${given}`);
  }
  const retries = options.retries ?? (given === undefined ? 0 : DEFAULT_RETRIES);
  if (!Number.isInteger(retries) || retries < 0 || retries > 100) {
    throw new OptionError("retries", `retries must be 0 to 100: ${retries}`);
  }
  const msgID = given ?? (retries === 0 ? undefined : crypto.randomUUID());
  return { msgID, headers: headerBytes(options, msgID), timeoutMs: timeout, retries };
}

function headerBytes(options: PublishOptions, msgID: string | undefined): Uint8Array {
  const fields: [string, string][] = [];
  if (msgID !== undefined) fields.push(["Nats-Msg-Id", msgID]);
  if (options.expect !== undefined) fields.push(...expectations(options.expect));
  if (options.ttl !== undefined) fields.push(["Nats-TTL", options.ttl]);
  const { headers } = options;
  if (headers === undefined) return fields.length === 0 ? NOTHING : encodeHeaders(fields);
  if (Symbol.iterator in headers) return encodeHeaders([...headers, ...fields]);
  return encodeHeaders({ ...headers, ...Object.fromEntries(fields) });
}

function* expectations(expect: PublishExpectations): Generator<[string, string]> {
  checkNames("publish.expect", expect, EXPECT);
  const { streamName, lastSequence, lastSubjectSequence, lastMsgID } = expect;
  const { lastSubjectSequenceSubject } = expect;
  if (streamName !== undefined) yield ["Nats-Expected-Stream", streamName];
  if (lastMsgID !== undefined) yield ["Nats-Expected-Last-Msg-Id", lastMsgID];
  if (lastSequence !== undefined) {
    yield ["Nats-Expected-Last-Sequence", sequence("lastSequence", lastSequence)];
  }
  if (lastSubjectSequence !== undefined) {
    yield [
      "Nats-Expected-Last-Subject-Sequence",
      sequence("lastSubjectSequence", lastSubjectSequence),
    ];
  }
  if (lastSubjectSequenceSubject !== undefined) {
    yield ["Nats-Expected-Last-Subject-Sequence-Subject", lastSubjectSequenceSubject];
  }
}

function sequence(name: string, value: unknown): string {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return String(value);
  throw new OptionError(
    `expect.${name}`,
    `expect.${name} must be a whole number that is not negative: ${value}`,
  );
}
