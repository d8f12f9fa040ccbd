import { OptionError } from "../../internal/mod.ts";
import type { Registry, SampleBatch, Series } from "../../metrics/mod.ts";
import type { Outbox, RunOutput } from "../../runner/mod.ts";
import { readFlag, readInterval, readList } from "../_variables.ts";
import type { OutputEnv } from "../_env.ts";
import { type Datagrams, datagrams, MAX_DATAGRAM } from "./datagrams.ts";
import { bytesOf, type Dialect, type Frame, frameOf, gaugeLine, line, number } from "./lines.ts";
import { udpSender } from "./udp.ts";

const DEFAULT_ADDRESS = "localhost:8125";

/**
 * StatsD over UDP, with k6's `K6_STATSD_*`: counters, rates and gauges once a second, each sample
 * of a trend as a timing; nothing is sampled. A check is counted as `check.NAME.pass` and `.fail`,
 * as k6 does; another rate as its passes, with `NAME.total` beside it.
 *
 * @param arg `HOST:PORT`. Default: `localhost:8125`
 * @throws {OptionError} for an address or a variable that can't be used
 */
export function statsdOutput(arg: string, env: OutputEnv): RunOutput {
  const name = "K6_STATSD_ENABLE_TAGS";
  return statsd("statsd", arg, env, { tags: readFlag(env(name), name), datadog: false });
}

/**
 * DogStatsD over UDP: like `statsd`, with tags, and many samples of a series in a line (its
 * protocol 1.1, agents from 2020 on).
 */
export function datadogOutput(arg: string, env: OutputEnv): RunOutput {
  return statsd("datadog", arg, env, { tags: true, datadog: true });
}

function statsd(
  kind: string,
  arg: string,
  env: OutputEnv,
  given: Pick<Dialect, "tags" | "datadog">,
): RunOutput {
  const { hostname, port } = readAddress(kind, arg, env);
  const dialect: Dialect = {
    ...given,
    namespace: readNamespace(env("K6_STATSD_NAMESPACE")),
    without: new Set(readList(env("K6_STATSD_TAG_BLOCKLIST") ?? "vu,iter,url")),
  };
  const lines = datagrams(readBufferSize(env("K6_STATSD_BUFFER_SIZE")));
  const trends = dialect.datadog ? packedTrends(dialect, lines) : plainTrends(dialect, lines);
  const totals = totalsWriter(dialect, lines);
  return {
    name: `${kind} (${hostname.includes(":") ? `[${hostname}]` : hostname}:${port})`,
    samples: true,
    intervalMs: readInterval(env, "K6_STATSD_PUSH_INTERVAL", 1000),
    addSamples({ length, series, values }: SampleBatch, outbox) {
      for (let i = 0; i < length; i++) {
        if (series[i]!.metric.type === "trend") trends.add(series[i]!, values[i]!, outbox);
      }
    },
    flush({ metrics }, outbox) {
      trends.end(outbox);
      totals(metrics, outbox);
      lines.put(outbox);
    },
    ...udpSender(hostname, port),
  };
}

/** Writes the samples of trends. */
interface Trends {
  add(series: Series, value: number, outbox: Outbox): void;
  end(outbox: Outbox): void;
}

/** A line for each sample. */
function plainTrends(dialect: Dialect, lines: Datagrams): Trends {
  const frames = new Map<Series, Frame>();
  return {
    add(series, value, outbox) {
      let frame = frames.get(series);
      if (frame === undefined) {
        frames.set(series, frame = frameOf(series.metric, series.tags, dialect));
      }
      lines.add(line(frame, value, "ms"), 1, outbox);
    },
    end: () => {},
  };
}

/** A line of a series that is being filled. */
interface Packed {
  readonly name: string;
  readonly tail: string;
  /** Characters of values that are surely room for. */
  readonly room: number;
  values: string;
  count: number;
}

/** A line for as many samples of a series as it holds. */
function packedTrends(dialect: Dialect, lines: Datagrams): Trends {
  const all = new Map<Series, Packed>();

  function introduce(series: Series): Packed {
    const { metric } = series;
    const { name, tags } = frameOf(metric, series.tags, dialect);
    const tail = `|${metric.contains === "time" ? "ms" : "h"}${tags}`;
    const room = MAX_DATAGRAM - LONGEST_VALUE - bytesOf(name + tail);
    const made = { name, tail, room, values: "", count: 0 };
    all.set(series, made);
    return made;
  }

  function end(packed: Packed, outbox: Outbox): void {
    if (packed.count === 0) return;
    lines.add(packed.name + packed.values + packed.tail, packed.count, outbox);
    packed.values = "";
    packed.count = 0;
  }

  return {
    add(series, value, outbox) {
      const packed = all.get(series) ?? introduce(series);
      packed.values += `:${number(value)}`;
      packed.count++;
      if (packed.values.length >= packed.room) end(packed, outbox);
    },
    end(outbox) {
      for (const packed of all.values()) end(packed, outbox);
    },
  };
}

/** Characters of `:` and the longest number. */
const LONGEST_VALUE = 40;

/** Writes what came to counters and rates since the last time, and where gauges stand. */
function totalsWriter(
  dialect: Dialect,
  lines: Datagrams,
): (metrics: Registry, outbox: Outbox) => void {
  const known = new Map<Series, { readonly frames: readonly Frame[]; counts: readonly number[] }>();
  return (metrics, outbox) => {
    for (const metric of metrics.metrics()) {
      if (metric.type === "trend") continue;
      for (const series of metrics.series(metric.name)) addSeries(series, outbox);
    }
  };

  function addSeries(series: Series, outbox: Outbox): void {
    const { aggregate } = series;
    let told = known.get(series);
    if (told === undefined) {
      known.set(series, told = { frames: framesOf(series, dialect), counts: [] });
    }
    if (aggregate.type === "gauge") {
      return lines.add(gaugeLine(told.frames[0]!, aggregate.value, dialect), 1, outbox);
    }
    const counts = countsOf(series);
    for (const [i, count] of counts.entries()) {
      const change = count - (told.counts[i] ?? 0);
      if (change !== 0) lines.add(line(told.frames[i]!, change, "c"), 1, outbox);
    }
    told.counts = counts;
  }
}

/** A counter and a gauge have one line; a check its passes and fails, a rate its passes and all. */
function framesOf({ metric, tags }: Series, dialect: Dialect): Frame[] {
  const { name, type } = metric;
  if (type !== "rate") return [frameOf(metric, tags, dialect)];
  const check = tags.get("check");
  const suffixes = check === undefined ? ["", ".total"] : [".pass", ".fail"];
  const own = check === undefined ? name : `check.${check}`;
  return suffixes.map((suffix) => frameOf(metric, tags, dialect, own, suffix));
}

/** The numbers behind the lines of `framesOf`. */
function countsOf({ aggregate, tags }: Series): number[] {
  if (aggregate.type === "counter") return [aggregate.total];
  if (aggregate.type !== "rate") return [];
  const { passes, total } = aggregate;
  return tags.get("check") === undefined ? [passes, total] : [passes, total - passes];
}

function readAddress(
  kind: string,
  arg: string,
  env: OutputEnv,
): { hostname: string; port: number } {
  const text = arg || env("K6_STATSD_ADDR") || DEFAULT_ADDRESS;
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9._-]+))?(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[3] ?? 8125);
  if (match !== null && port >= 1 && port <= 65_535) {
    return { hostname: match[1] ?? match[2] ?? "localhost", port };
  }
  const option = arg === "" ? "K6_STATSD_ADDR" : `--out ${kind}`;
  throw new OptionError(option, `${option} takes HOST:PORT, not "${text}" (like localhost:8125)`);
}

function readNamespace(value: string | undefined): string {
  if (value === undefined) return "k6.";
  if (/^[A-Za-z0-9_.-]{0,100}$/.test(value)) {
    return value === "" || value.endsWith(".") ? value : `${value}.`;
  }
  throw new OptionError(
    "K6_STATSD_NAMESPACE",
    `K6_STATSD_NAMESPACE has more than letters, digits, _, - and ., or than 100 of them: "${value}"`,
  );
}

/** k6 counts lines; so many that fit is ours. */
function readBufferSize(value: string | undefined): number {
  if (value === undefined || value === "") return Infinity;
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new OptionError(
    "K6_STATSD_BUFFER_SIZE",
    `K6_STATSD_BUFFER_SIZE is no number of lines from 1 on: "${value}"`,
  );
}
