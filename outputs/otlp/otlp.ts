import { OptionError, VERSION } from "../../internal/mod.ts";
import type { Registry, Series } from "../../metrics/mod.ts";
import { type Outbox, type RunOutput, SendError } from "../../runner/mod.ts";
import { addressOf, readEndpoint } from "../_endpoint.ts";
import { hostOf, requireNet } from "../_permission.ts";
import { type Post, post } from "../_post.ts";
import {
  readFlag,
  readHeaders,
  readInterval,
  readPairs,
  refuseVariables,
  TRUST_HINT,
} from "../_variables.ts";
import type { OutputEnv } from "../_env.ts";
import { attributesOf, type ExportTime, type HistogramShape, otlpMetric } from "./points.ts";

const DEFAULT_HOST = "localhost:4318";
const DEFAULT_PATH = "/v1/metrics";
/** Series of one request: some hundred bytes each, and collectors take 4 MiB or more. */
const MAX_SERIES = 1000;
const SHAPES: Readonly<Record<string, HistogramShape>> = {
  explicit_bucket_histogram: "explicit",
  base2_exponential_bucket_histogram: "exponential",
};
const SHAPE_VARIABLE = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";

/** The settings of one output. */
interface Settings {
  readonly to: Post;
  readonly prefix: string;
  readonly shape: HistogramShape;
  readonly resource: Record<string, unknown>;
}

/**
 * OTLP over HTTP, as JSON: the totals of every series so far (cumulative), with k6's mapping and
 * its `K6_OTEL_*` variables; after them those of the SDKs, `OTEL_*`.
 *
 * @param arg the URL; without a path, `/v1/metrics` is meant. Default: `http://localhost:4318`
 * @throws {OptionError} for a URL or a variable that can't be used
 */
export function otlpOutput(arg: string, env: OutputEnv): RunOutput {
  const settings = readSettings(arg, env);
  const { to } = settings;
  let start = "0";
  return {
    name: `opentelemetry (${addressOf(to.url)})`,
    intervalMs: readInterval(env, "K6_OTEL_EXPORT_INTERVAL", 10_000),
    async start({ startedAt }) {
      start = nanoseconds(startedAt);
      await requireNet(hostOf(to.url));
    },
    flush({ metrics, time }, outbox) {
      exportAll(metrics, settings, { start, now: nanoseconds(time) }, outbox);
    },
    async send(payload, signal) {
      checkAnswer(await post(to, payload, signal), to);
    },
  };
}

function readSettings(arg: string, env: OutputEnv): Settings {
  const type = env("K6_OTEL_EXPORTER_TYPE") || "http";
  if (type !== "http") {
    throw new OptionError(
      "K6_OTEL_EXPORTER_TYPE",
      `K6_OTEL_EXPORTER_TYPE is not http: "${type}" (collectors take OTLP over HTTP at port 4318)`,
    );
  }
  refuseVariables(
    env,
    [
      ...["K6_OTEL_TLS_INSECURE_SKIP_VERIFY", "K6_OTEL_TLS_CERTIFICATE"],
      ...["K6_OTEL_TLS_CLIENT_CERTIFICATE", "K6_OTEL_TLS_CLIENT_KEY"],
    ],
    TRUST_HINT,
  );
  const { url, headers } = readUrl(arg, env);
  return {
    to: {
      url,
      headers: {
        ...headers,
        ...readHeaders(env("OTEL_EXPORTER_OTLP_HEADERS"), "OTEL_EXPORTER_OTLP_HEADERS", "="),
        ...readHeaders(env("K6_OTEL_HEADERS"), "K6_OTEL_HEADERS", "="),
        "content-type": "application/json",
      },
      // OTLP 1.x, "Retryable response codes"; 429 and 503 are everybody's.
      retries: (status) => status === 502 || status === 504,
    },
    prefix: env("K6_OTEL_METRIC_PREFIX") ?? "",
    shape: readShape(env(SHAPE_VARIABLE)),
    resource: readResource(env),
  };
}

/** By precedence: the argument, k6's variables, those of the SDKs. */
function readUrl(arg: string, env: OutputEnv): ReturnType<typeof readEndpoint> {
  const example = `http://${DEFAULT_HOST}`;
  const own = env("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT");
  const host = env("K6_OTEL_HTTP_EXPORTER_ENDPOINT");
  const path = env("K6_OTEL_HTTP_EXPORTER_URL_PATH");
  if (arg === "" && !host && !path && own) {
    return readEndpoint(own, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", example);
  }
  const base = env("OTEL_EXPORTER_OTLP_ENDPOINT");
  const [text, option] = arg !== ""
    ? [arg, "--out opentelemetry"]
    : host
    ? [`${schemeOf(env)}://${host}`, "K6_OTEL_HTTP_EXPORTER_ENDPOINT"]
    : base
    ? [base, "OTEL_EXPORTER_OTLP_ENDPOINT"]
    : [example, "--out opentelemetry"];
  const endpoint = readEndpoint(text, option, example);
  const { url } = endpoint;
  if (option === "OTEL_EXPORTER_OTLP_ENDPOINT") {
    url.pathname = url.pathname.replace(/\/$/, "") + DEFAULT_PATH;
  } else if (url.pathname === "/") url.pathname = path || DEFAULT_PATH;
  return endpoint;
}

/** k6 sends by TLS unless told otherwise. */
function schemeOf(env: OutputEnv): string {
  const name = "K6_OTEL_HTTP_EXPORTER_INSECURE";
  return readFlag(env(name), name) ? "http" : "https";
}

function readShape(value: string | undefined): HistogramShape {
  if (value === undefined || value === "") return "explicit";
  if (Object.hasOwn(SHAPES, value)) return SHAPES[value]!;
  throw new OptionError(
    SHAPE_VARIABLE,
    `${SHAPE_VARIABLE} is not one of ${Object.keys(SHAPES).join(", ")}: "${value}"`,
  );
}

function readResource(env: OutputEnv): Record<string, unknown> {
  const given = readPairs(env("OTEL_RESOURCE_ATTRIBUTES"), "OTEL_RESOURCE_ATTRIBUTES", "=");
  const all = new Map<string, string>([
    ["service.name", "downpour"],
    ["service.version", VERSION],
    ...given,
  ]);
  const name = env("K6_OTEL_SERVICE_NAME") || env("OTEL_SERVICE_NAME");
  if (name) all.set("service.name", name);
  const version = env("K6_OTEL_SERVICE_VERSION");
  if (version) all.set("service.version", version);
  return { attributes: attributesOf({ entries: [...all] }) };
}

/** Puts all series, in requests of a bounded number of them. */
function exportAll(
  metrics: Registry,
  { prefix, shape, resource }: Settings,
  time: ExportTime,
  outbox: Outbox,
): void {
  let request: unknown[] = [];
  let count = 0;
  const end = () => {
    if (count === 0) return;
    const scope = { name: "downpour", version: VERSION };
    const body = { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: request }] }] };
    outbox.put(new TextEncoder().encode(JSON.stringify(body)), count);
    request = [];
    count = 0;
  };
  for (const metric of metrics.metrics()) {
    let some: Series[] = [];
    const close = () => {
      if (some.length > 0) request.push(otlpMetric(metric, some, prefix, shape, time));
      some = [];
    };
    for (const series of metrics.series(metric.name)) {
      some.push(series);
      if (++count < MAX_SERIES) continue;
      close();
      end();
    }
    close();
  }
  end();
}

/** A server may answer 200 and yet have taken only some of it; that is not to be sent again. */
function checkAnswer(text: string, { url }: Post): void {
  const { rejectedDataPoints = 0, errorMessage = "" } = partialSuccess(text);
  if (Number(rejectedDataPoints) === 0) return;
  throw new SendError(
    `${addressOf(url)} rejected ${Number(rejectedDataPoints)} points: ` +
      String(errorMessage).slice(0, 200),
    { retry: false },
  );
}

function partialSuccess(text: string): { rejectedDataPoints?: unknown; errorMessage?: unknown } {
  try {
    const answer: unknown = JSON.parse(text);
    const partial = (answer as { partialSuccess?: unknown } | null)?.partialSuccess;
    return typeof partial === "object" && partial !== null ? partial : {};
  } catch {
    return {};
  }
}

/** Milliseconds as nanoseconds, which are beyond what a number holds exactly: microseconds and 000. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}
