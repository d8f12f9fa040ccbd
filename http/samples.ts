import type { Context, Metric, Recorder, Sink, Tags } from "../metrics/mod.ts";
import type { DownpourError } from "../internal/mod.ts";
import type { Protocol } from "./lane.ts";
import { k6ErrorCode } from "./errors.ts";

/** The metrics of HTTP, with k6's names and meaning: one sample each per attempt. */
export const HTTP_METRICS: Readonly<
  Record<
    | "reqs"
    | "failed"
    | "blocked"
    | "connecting"
    | "tls"
    | "sending"
    | "waiting"
    | "receiving"
    | "duration"
    | "lookingUp"
    | "total",
    Metric
  >
> = {
  reqs: { name: "http_reqs", type: "counter", contains: "default" },
  failed: { name: "http_req_failed", type: "rate", contains: "default" },
  blocked: trend("http_req_blocked"),
  connecting: trend("http_req_connecting"),
  tls: trend("http_req_tls_handshaking"),
  sending: trend("http_req_sending"),
  waiting: trend("http_req_waiting"),
  receiving: trend("http_req_receiving"),
  duration: trend("http_req_duration"),
  /** Resolving the name; with the option `moreMetrics`. */
  lookingUp: trend("http_req_looking_up"),
  /** Blocked and duration together; with the option `moreMetrics`. */
  total: trend("http_req_total"),
};

function trend(name: string): Metric {
  return { name, type: "trend", contains: "time" };
}

/** The phases of one attempt in milliseconds; a phase that did not take place is 0. */
export interface Timings {
  /** Waiting for a connection: name resolution and connecting included; 0 on a reused one. */
  blocked: number;
  /** Resolving the name. */
  lookup: number;
  /** Making the connection. */
  connecting: number;
  /** The TLS handshake. */
  tls: number;
  /** Writing the request. */
  sending: number;
  /** From the request's last byte to the response's first. */
  waiting: number;
  /** From the response's first byte to its last. */
  receiving: number;
}

/** The sinks of one combination of tags, kept by a prepared request for its next attempt. */
export interface Samples {
  /** What the sinks are for. */
  readonly recorder: Recorder;
  readonly tags: Tags;
  readonly status: number;
  readonly protocol: Protocol | null;
  readonly error: string;
  /** k6's; 0 without an error. */
  readonly errorCode: number;
  readonly tlsVersion: string | null;
  readonly ip: string | null;
  readonly isExpected: Expectation;
  /** What `failed` gets: 0 or 1. */
  readonly failure: number;
  readonly reqs: Sink;
  /** Null where nobody judges. */
  readonly failed: Sink | null;
  readonly blocked: Sink;
  readonly connecting: Sink;
  readonly tls: Sink;
  readonly sending: Sink;
  readonly waiting: Sink;
  readonly receiving: Sink;
  readonly duration: Sink;
}

/** What of a request its samples are tagged with. */
export interface Tagged {
  readonly method: string;
  readonly target: { readonly name: string };
  samples: Samples | undefined;
}

/** One attempt: what was sent, what came of it, and where that is recorded. */
export interface Attempt {
  readonly request: Tagged;
  readonly context: Context;
  /** Those of the place, the client and the call. */
  readonly tags: Tags;
  readonly isExpected: Expectation;
  /** Whether `http_req_looking_up` and `http_req_total` are recorded too. */
  readonly more: boolean;
  /** 0 when it failed. */
  readonly status: number;
  /** Null without a response. */
  readonly protocol: Protocol | null;
  /** As in `TLSv1.3`; null without TLS, and where its engine doesn't tell. */
  readonly tlsVersion: string | null;
  /** The peer's IP address, where the run asks for the tag; else null. */
  readonly ip: string | null;
  readonly error: DownpourError | null;
  readonly timings: Timings;
}

/** Records one attempt: k6's HTTP metrics, tagged with what the request met. */
export function record(attempt: Attempt): void {
  const { request, context, tags, status, protocol, tlsVersion, error, timings } = attempt;
  let to = request.samples;
  const code = error?.code ?? "";
  const errorCode = error === null ? 0 : k6ErrorCode(error);
  if (
    to === undefined || to.tags !== tags || to.status !== status || to.protocol !== protocol ||
    to.error !== code || to.errorCode !== errorCode || to.tlsVersion !== tlsVersion ||
    to.ip !== attempt.ip ||
    to.isExpected !== attempt.isExpected || to.recorder !== context.recorder
  ) {
    to = request.samples = samplesFor(attempt);
  }
  to.reqs.add(1);
  to.failed?.add(to.failure);
  to.blocked.add(timings.blocked);
  to.connecting.add(timings.connecting);
  to.tls.add(timings.tls);
  to.sending.add(timings.sending);
  to.waiting.add(timings.waiting);
  to.receiving.add(timings.receiving);
  const duration = timings.sending + timings.waiting + timings.receiving;
  to.duration.add(duration);
  if (attempt.more) recordMore(attempt, duration);
}

function recordMore(attempt: Attempt, duration: number): void {
  const { context: { recorder }, timings } = attempt;
  const tags = tagsOf(attempt);
  recorder.sink(HTTP_METRICS.lookingUp, tags).add(timings.lookup);
  recorder.sink(HTTP_METRICS.total, tags).add(timings.blocked + duration);
}

/** Whether a status is what one wants; null to record no judgement at all. */
export type Expectation = ((status: number) => boolean) | null;

/** k6's default: 200 to 399. */
export function expectSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}

/** The tags of an attempt's samples, under k6's names. */
export function tagsOf(attempt: Attempt): Tags {
  const { request, tags, status, protocol, tlsVersion, ip, error, isExpected } = attempt;
  const name = tags.get("name") ?? request.target.name;
  const { systemTags } = attempt.context;
  let full = tags;
  const tag = (name: string, value: string): void => {
    if (systemTags.has(name)) full = full.with(name, value);
  };
  tag("method", request.method);
  tag("name", name);
  tag("url", name);
  tag("status", String(status));
  if (isExpected !== null) {
    tag("expected_response", String(status > 0 && isExpected(status)));
  }
  if (protocol !== null) tag("proto", protocol);
  if (tlsVersion !== null) tag("tls_version", k6TlsVersion(tlsVersion));
  if (ip !== null) tag("ip", ip);
  if (error !== null) {
    tag("error", error.code);
    tag("error_code", String(k6ErrorCode(error)));
  } else if (status >= 400) tag("error_code", String(1000 + status));
  return full;
}

/** A version of TLS as k6 writes it: `tls1.3` for `TLSv1.3`. */
export function k6TlsVersion(version: string): string {
  return version.replace(/^TLSv/, "tls");
}

function samplesFor(attempt: Attempt): Samples {
  const { context: { recorder }, tags, status, protocol, tlsVersion, error, isExpected } = attempt;
  const full = tagsOf(attempt);
  const sink = (metric: Metric): Sink => recorder.sink(metric, full);
  return {
    recorder,
    tags,
    status,
    protocol,
    error: error?.code ?? "",
    errorCode: error === null ? 0 : k6ErrorCode(error),
    tlsVersion,
    ip: attempt.ip,
    isExpected,
    failure: isExpected !== null && status > 0 && isExpected(status) ? 0 : 1,
    reqs: sink(HTTP_METRICS.reqs),
    failed: isExpected === null ? null : sink(HTTP_METRICS.failed),
    blocked: sink(HTTP_METRICS.blocked),
    connecting: sink(HTTP_METRICS.connecting),
    tls: sink(HTTP_METRICS.tls),
    sending: sink(HTTP_METRICS.sending),
    waiting: sink(HTTP_METRICS.waiting),
    receiving: sink(HTTP_METRICS.receiving),
    duration: sink(HTTP_METRICS.duration),
  };
}
