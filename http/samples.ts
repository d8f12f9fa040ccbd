import type { Context, Metric, Recorder, Sink, Tags } from "../metrics/mod.ts";
import type { DownpourError } from "../internal/mod.ts";
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
    | "duration",
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
};

function trend(name: string): Metric {
  return { name, type: "trend", contains: "time" };
}

/** The phases of one attempt in milliseconds; a phase that did not take place is 0. */
export interface Timings {
  /** Waiting for a connection: name resolution and connecting included; 0 on a reused one. */
  blocked: number;
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
  readonly minor: number;
  readonly error: string;
  readonly reqs: Sink;
  readonly failed: Sink;
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

/** Records one attempt: k6's eight HTTP metrics, tagged with what the request met. */
export function record(
  request: Tagged,
  context: Context,
  tags: Tags,
  status: number,
  minor: number,
  error: DownpourError | null,
  timings: Timings,
): void {
  let to = request.samples;
  const code = error?.code ?? "";
  if (
    to === undefined || to.tags !== tags || to.status !== status || to.minor !== minor ||
    to.error !== code || to.recorder !== context.recorder
  ) {
    to = request.samples = samplesFor(request, context, tags, status, minor, error);
  }
  to.reqs.add(1);
  to.failed.add(isExpected(status) ? 0 : 1);
  to.blocked.add(timings.blocked);
  to.connecting.add(timings.connecting);
  to.tls.add(timings.tls);
  to.sending.add(timings.sending);
  to.waiting.add(timings.waiting);
  to.receiving.add(timings.receiving);
  to.duration.add(timings.sending + timings.waiting + timings.receiving);
}

/** k6's default: 200 to 399 is what one wants of a response. */
export function isExpected(status: number): boolean {
  return status >= 200 && status < 400;
}

function samplesFor(
  request: Tagged,
  context: Context,
  tags: Tags,
  status: number,
  minor: number,
  error: DownpourError | null,
): Samples {
  const name = tags.get("name") ?? request.target.name;
  let full = tags
    .with("method", request.method)
    .with("name", name)
    .with("url", name)
    .with("status", String(status))
    .with("expected_response", String(isExpected(status)));
  if (status > 0) full = full.with("proto", `HTTP/1.${minor}`);
  if (error !== null) {
    full = full.with("error", error.code).with("error_code", String(k6ErrorCode(error)));
  } else if (status >= 400) {
    full = full.with("error_code", String(1000 + status));
  }
  const { recorder } = context;
  const sink = (metric: Metric): Sink => recorder.sink(metric, full);
  return {
    recorder,
    tags,
    status,
    minor,
    error: error?.code ?? "",
    reqs: sink(HTTP_METRICS.reqs),
    failed: sink(HTTP_METRICS.failed),
    blocked: sink(HTTP_METRICS.blocked),
    connecting: sink(HTTP_METRICS.connecting),
    tls: sink(HTTP_METRICS.tls),
    sending: sink(HTTP_METRICS.sending),
    waiting: sink(HTTP_METRICS.waiting),
    receiving: sink(HTTP_METRICS.receiving),
    duration: sink(HTTP_METRICS.duration),
  };
}
