import type { Context, Metric, Recorder, Sink, Tags } from "../../metrics/mod.ts";

const counter = (name: string): Metric => ({ name, type: "counter", contains: "default" });

/**
 * What HTTP over wRPC records, under xk6-wrpc's names, with the tags `method` and `name` (or `url`).
 * Each request is in the end a response or an error.
 */
export const WRPC_HTTP_METRICS: Readonly<
  Record<"request" | "response" | "invalidResponse" | "error" | "duration", Metric>
> = {
  /** Requests that were sent, or tried to. */
  request: counter("wrpc_http_request"),
  /** Responses; tags `status`, `expected_response`. */
  response: counter("wrpc_http_response"),
  /** Those whose status isn't an expected one: by default 200 to 299. */
  invalidResponse: counter("wrpc_http_invalid_response"),
  /** Requests without a whole response; tag `code`: why. */
  error: counter("wrpc_http_error"),
  /** From the request to the end of its response, or to its head with `consume: "stream"`, in ms. */
  duration: { name: "wrpc_http_duration", type: "trend", contains: "time" },
};

/** Where a request's samples go. */
export interface Place {
  readonly context: Pick<Context, "recorder" | "tags" | "systemTags">;
  /** Tags of the client and the call. */
  readonly own: Readonly<Record<string, string>>;
  readonly method: string;
  /** What the tags `name` and `url` say. */
  readonly name: string;
}

/** A request of this place begins. */
export function recordRequest(place: Place): void {
  sink(place, WRPC_HTTP_METRICS.request).add(1);
}

/** It has a response. @param expected null when nobody judges */
export function recordResponse(
  place: Place,
  status: number,
  expected: boolean | null,
  durationMs: number,
): void {
  const judged = expected === null ? "" : String(expected);
  sink(place, WRPC_HTTP_METRICS.response, String(status), judged).add(1);
  sink(place, WRPC_HTTP_METRICS.duration, String(status), judged).add(durationMs);
  if (expected === false) {
    sink(place, WRPC_HTTP_METRICS.invalidResponse, String(status), judged).add(1);
  }
}

/** It has none. */
export function recordError(place: Place, code: string): void {
  sink(place, WRPC_HTTP_METRICS.error, "", "", code).add(1);
}

/** Most sinks of one recorder that are kept at hand. */
const MAX_KEPT = 2000;
const kept = new WeakMap<
  Recorder,
  { size: number; readonly byTags: Map<Tags, Map<string, Sink>> }
>();

function sink(place: Place, metric: Metric, status = "", expected = "", code = ""): Sink {
  const { context: { recorder }, method, name } = place;
  const tags = place.context.tags.withAll(place.own);
  let all = kept.get(recorder);
  if (all === undefined) kept.set(recorder, all = { size: 0, byTags: new Map() });
  const key = `${metric.name} ${status} ${expected} ${code} ${method} ${name}`;
  const known = all.byTags.get(tags)?.get(key);
  if (known !== undefined) return known;
  if (all.size++ >= MAX_KEPT) {
    all.byTags.clear();
    all.size = 1;
  }
  let byKey = all.byTags.get(tags);
  if (byKey === undefined) all.byTags.set(tags, byKey = new Map());
  const made = recorder.sink(metric, fullTags(place, tags, { status, expected, code }));
  byKey.set(key, made);
  return made;
}

function fullTags(
  { context: { systemTags }, method, name }: Place,
  tags: Tags,
  { status, expected, code }: Readonly<Record<"status" | "expected" | "code", string>>,
): Tags {
  const shown = tags.get("name") ?? name;
  const own = { method, name: shown, url: shown, status, "expected_response": expected };
  let full = code === "" ? tags : tags.with("code", code);
  for (const [tag, value] of Object.entries(own)) {
    if (value !== "" && systemTags.has(tag)) full = full.with(tag, value);
  }
  return full;
}
