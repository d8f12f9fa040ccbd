import { nearest, OptionError } from "../internal/mod.ts";
import type { RunOutput } from "../runner/mod.ts";
import type { OutputEnv } from "./_env.ts";

export type { OutputEnv };

/** A kind of output that a command line can name. */
export interface OutputKind {
  /** What stands behind `=`, for help: `FILE`. */
  readonly arg: string;
  /** What it is, for help, in a few words. */
  readonly about: string;
  /**
   * Makes one; loads its code first.
   *
   * @throws {OptionError} for an argument or a variable that can't be used
   */
  make(arg: string, env: OutputEnv): Promise<RunOutput>;
}

/** Every kind by the name that stands before `=`; k6's names where k6 has it. */
export const OUTPUT_KINDS: Readonly<Record<string, OutputKind>> = {
  json: {
    arg: "FILE",
    about: "every sample as a line of JSON",
    make: async (file) => (await import("./ndjson.ts")).ndjsonOutput(file),
  },
  csv: {
    arg: "FILE",
    about: "every sample as a line of CSV",
    make: async (file, env) =>
      (await import("./csv.ts")).csvOutput(file, env("K6_CSV_TIME_FORMAT") || undefined),
  },
  junit: {
    arg: "FILE",
    about: "thresholds and checks as JUnit XML",
    make: async (file) => (await import("./junit.ts")).junitOutput(file),
  },
  github: {
    arg: "[FILE]",
    about: "annotations, and a summary in Markdown",
    make: async (file, env) =>
      (await import("./github.ts")).githubOutput(file || env("GITHUB_STEP_SUMMARY") || ""),
  },
  prometheus: {
    arg: "[URL]",
    about: "totals to Prometheus by remote write",
    make: prometheus,
  },
  "experimental-prometheus-rw": {
    arg: "[URL]",
    about: "k6's name of prometheus",
    make: prometheus,
  },
  scrape: {
    arg: "[HOST:PORT]",
    about: "totals at /metrics for Prometheus to scrape",
    make: async (place) => (await import("./prometheus/scrape.ts")).scrapeOutput(place),
  },
  opentelemetry: {
    arg: "[URL]",
    about: "totals to an OpenTelemetry collector, OTLP/HTTP",
    make: opentelemetry,
  },
  "experimental-opentelemetry": {
    arg: "[URL]",
    about: "k6's older name of opentelemetry",
    make: opentelemetry,
  },
  influxdb: {
    arg: "[URL/DATABASE]",
    about: "figures or samples to InfluxDB 1",
    make: async (url, env) => (await import("./influx/influx.ts")).influxOutput(url, env),
  },
  influxdb2: {
    arg: "[URL?bucket=NAME]",
    about: "figures or samples to InfluxDB 2",
    make: async (url, env) => (await import("./influx/influx.ts")).influx2Output(url, env),
  },
  statsd: {
    arg: "[HOST:PORT]",
    about: "figures and timings to StatsD, UDP",
    make: async (place, env) => (await import("./statsd/statsd.ts")).statsdOutput(place, env),
  },
  datadog: {
    arg: "[HOST:PORT]",
    about: "figures and timings to a Datadog agent, UDP",
    make: async (place, env) => (await import("./statsd/statsd.ts")).datadogOutput(place, env),
  },
};

async function prometheus(url: string, env: OutputEnv): Promise<RunOutput> {
  return (await import("./prometheus/remote_write.ts")).prometheusOutput(url, env);
}

async function opentelemetry(url: string, env: OutputEnv): Promise<RunOutput> {
  return (await import("./otlp/otlp.ts")).otlpOutput(url, env);
}

/**
 * The output that `KIND=ARG` names, as `--out` takes it.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { createOutput } from "@downpour/downpour/outputs";
 *
 * const output = await createOutput("json=samples.json.gz");
 * assert.equal(output.name, "json (samples.json.gz)");
 * ```
 *
 * @param text for example `json=samples.json`
 * @param env what kinds read beside it. Default: nothing is set.
 * @throws {OptionError} for an unknown kind, or an argument that its kind can't use
 */
export async function createOutput(
  text: string,
  env: OutputEnv = () => undefined,
): Promise<RunOutput> {
  const cut = text.indexOf("=");
  const name = cut < 0 ? text : text.slice(0, cut);
  const kind = Object.hasOwn(OUTPUT_KINDS, name) ? OUTPUT_KINDS[name]! : null;
  if (kind !== null) return await kind.make(cut < 0 ? "" : text.slice(cut + 1), env);
  const names = Object.keys(OUTPUT_KINDS);
  const near = nearest(name, names);
  const hint = near === null ? `choose one of ${names.join(", ")}` : `did you mean ${near}`;
  throw new OptionError("--out", `--out has no kind of output "${name}" (${hint})`);
}
