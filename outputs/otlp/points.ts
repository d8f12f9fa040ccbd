import type { Histogram, Metric, Series, Tags } from "../../metrics/mod.ts";
import { countsUpTo } from "../_bounds.ts";
import { type ExponentialBuckets, exponentialOf } from "./exponential.ts";

/*
 * Messages of OTLP 1.x as JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding):
 * names in lowerCamelCase, 64-bit integers as text, enums as numbers.
 */

/** How trends are sent. */
export type HistogramShape = "explicit" | "exponential";

/** What all points of one export have in common. */
export interface ExportTime {
  /** When counting began, nanoseconds since the epoch, as text. */
  readonly start: string;
  /** The moment of the totals, likewise. */
  readonly now: string;
}

/** AGGREGATION_TEMPORALITY_CUMULATIVE */
const CUMULATIVE = 2;
/** Bounds of the SDKs' default histogram. */
const BOUNDS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
/** Units of the UCUM. */
const UNITS: Readonly<Record<Metric["contains"], string>> = { default: "", time: "ms", data: "By" };

/**
 * One metric with its series, as k6 maps them: counters are sums, gauges gauges, trends
 * histograms, and a rate is a sum `NAME.total` with a point for each `condition`, `nonzero` and
 * `zero`.
 *
 * @param prefix before its name
 */
export function otlpMetric(
  metric: Metric,
  series: readonly Series[],
  prefix: string,
  shape: HistogramShape,
  time: ExportTime,
): Record<string, unknown> {
  const name = prefix + metric.name + (metric.type === "rate" ? ".total" : "");
  const points = series.flatMap((one) => pointsOf(one, shape, time));
  return { name, unit: UNITS[metric.contains], ...dataOf(metric.type, points, shape) };
}

function dataOf(
  type: Metric["type"],
  dataPoints: readonly unknown[],
  shape: HistogramShape,
): Record<string, unknown> {
  const aggregationTemporality = CUMULATIVE;
  switch (type) {
    case "gauge":
      return { gauge: { dataPoints } };
    case "counter":
    case "rate":
      return { sum: { dataPoints, aggregationTemporality, isMonotonic: true } };
    case "trend":
      return shape === "explicit"
        ? { histogram: { dataPoints, aggregationTemporality } }
        : { exponentialHistogram: { dataPoints, aggregationTemporality } };
  }
}

function pointsOf({ tags, aggregate }: Series, shape: HistogramShape, time: ExportTime): unknown[] {
  const attributes = attributesOf(tags);
  const at = { startTimeUnixNano: time.start, timeUnixNano: time.now };
  switch (aggregate.type) {
    case "counter":
      return [{ attributes, ...at, asDouble: double(aggregate.total) }];
    case "gauge":
      return [{ attributes, timeUnixNano: time.now, asDouble: double(aggregate.value) }];
    case "rate": {
      const { passes, total } = aggregate;
      const point = (condition: string, count: number) => ({
        attributes: [...attributes, attribute("condition", condition)],
        ...at,
        asInt: String(count),
      });
      return [point("nonzero", passes), point("zero", total - passes)];
    }
    case "trend": {
      const { histogram } = aggregate;
      const buckets = shape === "explicit"
        ? explicitFields(histogram)
        : exponentialFields(histogram);
      return [{ attributes, ...at, ...commonFields(histogram), ...buckets }];
    }
  }
}

function commonFields({ count, sum, min, max }: Histogram): Record<string, unknown> {
  const fields = { count: String(count), min: double(min), max: double(max) };
  // A sum is to be left out where values may be negative: it would not only grow.
  return min < 0 ? fields : { ...fields, sum: double(sum) };
}

function explicitFields(histogram: Histogram): Record<string, unknown> {
  const upTo = countsUpTo(histogram, BOUNDS);
  const counts = upTo.map((count, i) => count - (upTo[i - 1] ?? 0));
  counts.push(histogram.count - upTo.at(-1)!);
  return { explicitBounds: BOUNDS, bucketCounts: counts.map(String) };
}

function exponentialFields(histogram: Histogram): Record<string, unknown> {
  const { scale, zeros, positive, negative } = exponentialOf(histogram);
  const fields = ({ offset, counts }: ExponentialBuckets) => (
    { offset, bucketCounts: counts.map(String) }
  );
  return {
    scale,
    zeroCount: String(zeros),
    positive: fields(positive),
    negative: fields(negative),
  };
}

/** Tags as attributes. */
export function attributesOf({ entries }: Pick<Tags, "entries">): unknown[] {
  return entries.map(([name, value]) => attribute(name, value));
}

function attribute(key: string, stringValue: string): unknown {
  return { key, value: { stringValue } };
}

/** A double as protocol buffers write it in JSON: what is not finite as text. */
function double(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
