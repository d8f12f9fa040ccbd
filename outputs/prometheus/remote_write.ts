import { OptionError } from "../../internal/mod.ts";
import type { Series } from "../../metrics/mod.ts";
import type { Outbox, OutputMoment, RunOutput } from "../../runner/mod.ts";
import { Chunk } from "../_chunk.ts";
import { addressOf, basicAuth, readEndpoint } from "../_endpoint.ts";
import { hostOf, requireNet } from "../_permission.ts";
import { type Post, post } from "../_post.ts";
import { readTrendStats, type TrendStat } from "../_trend_stats.ts";
import {
  readFlag,
  readHeaders,
  readInterval,
  readList,
  readPairs,
  refuseVariables,
  TRUST_HINT,
} from "../_variables.ts";
import type { OutputEnv } from "../_env.ts";
import { type Label, labeller } from "./names.ts";
import { markOf, namesOf, valuesOf } from "./points.ts";
import { compressSnappy } from "./snappy.ts";
import { addSeries, encodeLabels, STALE } from "./write_request.ts";

const DEFAULT_URL = "http://localhost:9090/api/v1/write";
/** Samples of one request; Prometheus itself sends up to 2000. */
const MAX_SAMPLES = 2000;
/** Series that don't change are sent again after this long: Prometheus forgets them in five minutes. */
const REFRESH_MS = 60_000;

/** What is kept of a series from one flush to the next. */
interface Known {
  /** The labels of each Prometheus series it makes, encoded. */
  readonly labels: readonly Uint8Array[];
  mark: number;
  sentAt: number;
}

/** The settings of one output. */
interface Settings {
  readonly to: Post;
  readonly stats: readonly TrendStat[];
  readonly labelsOf: ReturnType<typeof labeller>;
  readonly staleMarkers: boolean;
}

/**
 * Prometheus remote write 1.0 of the totals so far, with k6's names and `K6_PROMETHEUS_RW_*`
 * variables. Trends become gauges, `p(99)` alone by default, in seconds where they are times.
 *
 * @param arg the URL, before `K6_PROMETHEUS_RW_SERVER_URL`. Default:
 *   `http://localhost:9090/api/v1/write`
 * @throws {OptionError} for a URL or a variable that can't be used
 */
export function prometheusOutput(arg: string, env: OutputEnv): RunOutput {
  const settings = readSettings(arg, env);
  const { to, staleMarkers } = settings;
  const known = new Map<Series, Known>();
  let lastTime = 0;
  return {
    name: `prometheus (${addressOf(to.url)})`,
    start: () => requireNet(hostOf(to.url)),
    intervalMs: readInterval(env, "K6_PROMETHEUS_RW_PUSH_INTERVAL", 5000),
    flush(moment, outbox) {
      // Two samples of one millisecond would be one too many.
      lastTime = Math.max(Math.floor(moment.time), lastTime + 1);
      encodeTotals(moment, lastTime, settings, known, outbox);
    },
    finish(_result, outbox) {
      if (staleMarkers) encodeEnds(known.values(), lastTime + 1, outbox);
    },
    async send(payload, signal) {
      await post(to, payload, signal);
    },
  };
}

function readSettings(arg: string, env: OutputEnv): Settings {
  const name = (suffix: string) => `K6_PROMETHEUS_RW_${suffix}`;
  const get = (suffix: string) => env(name(suffix));
  refuseVariables(env, [name("INSECURE_SKIP_TLS_VERIFY")], TRUST_HINT);
  refuseVariables(
    env,
    [name("CLIENT_CERTIFICATE"), name("CLIENT_CERTIFICATE_KEY"), name("SIGV4_REGION")],
    "put a proxy before it that signs in, such as Prometheus in agent mode",
  );
  refuseVariables(
    env,
    [name("TREND_AS_NATIVE_HISTOGRAM")],
    "name percentiles in K6_PROMETHEUS_RW_TREND_STATS, or use --out scrape or opentelemetry",
  );
  const { url, headers } = readEndpoint(
    arg || get("SERVER_URL") || DEFAULT_URL,
    arg ? "--out prometheus" : name("SERVER_URL"),
    DEFAULT_URL,
  );
  const user = get("USERNAME");
  if (user) headers["authorization"] = basicAuth(user, get("PASSWORD") ?? "");
  const token = get("BEARER_TOKEN");
  if (token) headers["authorization"] = `Bearer ${token}`;
  const statNames = readList(get("TREND_STATS"));
  return {
    to: {
      url,
      headers: {
        ...headers,
        ...readHeaders(get("HTTP_HEADERS"), name("HTTP_HEADERS"), ":"),
        "content-type": "application/x-protobuf",
        "content-encoding": "snappy",
        "x-prometheus-remote-write-version": "0.1.0",
      },
      // The specification: 5xx are tried again; 4xx, as for samples out of order, are not.
      retries: (status) => status >= 500,
    },
    stats: readTrendStats(statNames.length === 0 ? ["p(99)"] : statNames, name("TREND_STATS")),
    labelsOf: labeller(readLabels(get("LABELS"), name("LABELS"))),
    staleMarkers: readFlag(get("STALE_MARKERS"), name("STALE_MARKERS")),
  };
}

function readLabels(value: string | undefined, name: string): Label[] {
  const labels = readPairs(value, name, "=");
  for (const [label] of labels) {
    if (!/^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(label)) {
      throw new OptionError(name, `${name} has a name that Prometheus does not take: "${label}"`);
    }
  }
  return labels;
}

/** Puts the series that changed, or that Prometheus is about to forget; at the end all of them. */
function encodeTotals(
  { metrics, final }: OutputMoment,
  at: number,
  { stats, labelsOf }: Settings,
  known: Map<Series, Known>,
  outbox: Outbox,
): void {
  const requests = requestWriter(outbox);
  for (const metric of metrics.metrics()) {
    const names = namesOf(metric, stats);
    for (const series of metrics.series(metric.name)) {
      let one = known.get(series);
      if (one === undefined) {
        const labels = labelsOf(metric, series.tags);
        one = { labels: names.map((name) => encodeLabels(name, labels)), mark: NaN, sentAt: 0 };
        known.set(series, one);
      }
      const mark = markOf(series.aggregate);
      if (mark === one.mark && at - one.sentAt < REFRESH_MS && !final) continue;
      const values = valuesOf(series, stats);
      for (const [i, labels] of one.labels.entries()) requests.add(labels, values[i]!, at);
      one.mark = mark;
      one.sentAt = at;
    }
  }
  requests.end();
}

/** Puts the sign that a series has ended, for all of them. */
function encodeEnds(all: Iterable<Known>, time: number, outbox: Outbox): void {
  const requests = requestWriter(outbox);
  for (const { labels } of all) {
    for (const one of labels) requests.add(one, STALE, time);
  }
  requests.end();
}

/** Fills requests and puts them, packed, as they get full. */
function requestWriter(outbox: Outbox) {
  const request = new Chunk();
  let count = 0;
  function end(): void {
    if (count === 0) return;
    outbox.put(compressSnappy(request.bytes.subarray(0, request.length)), count);
    request.length = 0;
    count = 0;
  }
  function add(labels: Uint8Array, value: number | typeof STALE, time: number): void {
    addSeries(request, labels, value, time);
    if (++count >= MAX_SAMPLES) end();
  }
  return { add, end };
}
