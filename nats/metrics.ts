import type { Context, Metric, Recorder, Sink, Tags } from "../metrics/mod.ts";

const counter = (name: string): Metric => ({ name, type: "counter", contains: "default" });
const bytes = (name: string): Metric => ({ name, type: "counter", contains: "data" });
const trend = (name: string): Metric => ({ name, type: "trend", contains: "time" });

/** What NATS connections record, each with the tags of the place that used them. */
export const NATS_METRICS: Readonly<
  Record<
    | "msgsSent"
    | "msgsReceived"
    | "bytesSent"
    | "bytesReceived"
    | "msgsDropped"
    | "reconnects"
    | "errors"
    | "jsAcks"
    | "connecting"
    | "reconnecting"
    | "requestDuration"
    | "publishDuration"
    | "flushDuration"
    | "deliveryLatency"
    | "pullDuration",
    Metric
  >
> = {
  /** Messages published; tags `subject`, `connection`. */
  msgsSent: counter("nats_msgs_sent"),
  /** Messages delivered to subscriptions and requests; tags `subject`, `connection`. */
  msgsReceived: counter("nats_msgs_received"),
  /** Bytes of payload and headers published. */
  bytesSent: bytes("nats_bytes_sent"),
  /** Bytes of payload and headers delivered. */
  bytesReceived: bytes("nats_bytes_received"),
  /** Messages that never arrived where they should; tag `reason`: `slow_consumer`, `disconnected`. */
  msgsDropped: counter("nats_msgs_dropped"),
  /** Connections made again after a loss. */
  reconnects: counter("nats_reconnects"),
  /** Failures; tag `code` (the seed's number), and `reason` where it is known. */
  errors: counter("nats_errors"),
  /** Positive acknowledgements of JetStream: PubAcks; tags `stream`, `subject`. */
  jsAcks: counter("nats_js_acks"),
  /** Making a connection: TCP, TLS and the greeting. */
  connecting: trend("nats_connecting"),
  /** From the loss of a connection until it was made again: the gap. */
  reconnecting: trend("nats_reconnecting"),
  /** From a request to its reply. */
  requestDuration: trend("nats_request_duration"),
  /** From a JetStream publish to its PubAck. */
  publishDuration: trend("nats_publish_duration"),
  /** A flush: until the server has answered to all before it. */
  flushDuration: trend("nats_flush_duration"),
  /** From the time that the publisher stamped on a message to its delivery. */
  deliveryLatency: trend("nats_delivery_latency"),
  /** One pull of JetStream messages. */
  pullDuration: trend("nats_pull_duration"),
};

/** Most distinct values of the tag `subject` of one connection; the rest is `other`. */
export const MAX_SUBJECTS = 100;

/** How the subjects of replies begin unless a client says otherwise, and what all of them are called. */
const [INBOX, INBOXES] = ["_INBOX.", "_INBOX.>"];

/** A name for a subject in the tag `subject`. */
export type SubjectName = (subject: string) => string;

/**
 * The tag `subject` of one connection's samples: what `name` makes of a subject, or the subject
 * itself, and `other` once there are too many. Subjects of replies, each of which is used once, are
 * one: `_INBOX.>`.
 */
export class SubjectTags {
  readonly #name: SubjectName | undefined;
  readonly #seen = new Set<string>();

  /** @param name the connection's option `subjectName` */
  constructor(name?: SubjectName) {
    this.#name = name;
  }

  /** The tag's value. */
  of(subject: string): string {
    const name = this.#name !== undefined
      ? String(this.#name(subject))
      : subject.startsWith(INBOX)
      ? INBOXES
      : subject;
    if (this.#seen.has(name)) return name;
    if (this.#seen.size >= MAX_SUBJECTS) return "other";
    this.#seen.add(name);
    return name;
  }
}

/** Most sets of tags that one connection keeps sinks for. */
const MAX_KEPT = 1000;

/**
 * Sinks of one connection's samples by the place's tags and more: looked up once for each combination.
 */
export class NatsSeries {
  readonly #connection: string;
  readonly #kept = new Map<Recorder, Map<Tags, Map<string, Sink>>>();
  #size = 0;

  /** Keeps none yet. @param connection the tag `connection`; empty for none */
  constructor(connection: string) {
    this.#connection = connection;
  }

  /** The sink of a metric in a place; `key` and `value` are one more tag. */
  sink(
    { recorder, tags }: Pick<Context, "recorder" | "tags">,
    metric: Metric,
    key: string = "",
    value: string = "",
  ): Sink {
    const id = key === "" ? metric.name : `${metric.name} ${key} ${value}`;
    const known = this.#kept.get(recorder)?.get(tags)?.get(id);
    if (known !== undefined) return known;
    if (this.#size++ >= MAX_KEPT) {
      this.#kept.clear();
      this.#size = 1;
    }
    let full = this.#connection === "" ? tags : tags.with("connection", this.#connection);
    if (key !== "") full = full.with(key, value);
    const sink = recorder.sink(metric, full);
    const byTags = getOr(this.#kept, recorder, () => new Map<Tags, Map<string, Sink>>());
    getOr(byTags, tags, () => new Map<string, Sink>()).set(id, sink);
    return sink;
  }

  /** Counts messages that nobody took in time. @param subject value of the tag `subject` */
  dropped(
    { recorder, tags }: Pick<Context, "recorder" | "tags">,
    subject: string,
    count: number,
  ): void {
    const place = { recorder, tags: tags.with("reason", "slow_consumer") };
    this.sink(place, NATS_METRICS.msgsDropped, "subject", subject).add(count);
  }

  /** Counts a failure. */
  failed(place: Pick<Context, "recorder" | "tags">, error: unknown): void {
    const { code, reason } = describe(error);
    let { tags } = place;
    if (reason !== undefined) tags = tags.with("reason", reason);
    this.sink({ recorder: place.recorder, tags }, NATS_METRICS.errors, "code", code).add(1);
  }
}

function describe(error: unknown): { code: string; reason: string | undefined } {
  if (typeof error !== "object" || error === null || !("errorCode" in error)) {
    return { code: "unknown", reason: undefined };
  }
  const reason = "reason" in error && typeof error.reason === "string" ? error.reason : undefined;
  return { code: String(error.errorCode), reason };
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}
