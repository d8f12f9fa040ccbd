import type { Aggregate, Metric, Registry, Series } from "../../metrics/mod.ts";
import { countsUpTo } from "../_bounds.ts";
import { type Label, labeller } from "./names.ts";
import { PREFIX, unitOf } from "./points.ts";

/** How a scrape shows trends. */
export const TREND_SHAPES = ["histogram", "summary"] as const;

/** `histogram`: counts at fixed bounds. `summary`: percentiles. Both with `_sum` and `_count`. */
export type TrendShape = typeof TREND_SHAPES[number];

/** Bounds of trends of time, seconds. */
const TIME_BOUNDS = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10, 30, 60],
];
/** Bounds of other trends. */
const OTHER_BOUNDS = [0, ...[-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap(decade), 1e9];
const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999];

function decade(exponent: number): number[] {
  return [1, 2.5, 5].map((step) => Number(`${step}e${exponent}`));
}

/**
 * All totals in OpenMetrics' text format 1.0: https://prometheus.io/docs/specs/om/open_metrics_spec/.
 * Names are those of remote write; trends of time end in `_seconds`.
 */
export function openMetrics(metrics: Registry, shape: TrendShape): string {
  const lines: string[] = [];
  const labelsOf = labeller([]);
  for (const metric of metrics.metrics()) {
    const family = familyOf(metric);
    const type = TYPES[metric.type] ?? shape;
    lines.push(`# TYPE ${family} ${type}`);
    if (metric.type === "trend" && metric.contains === "time") {
      lines.push(`# UNIT ${family} seconds`);
    }
    for (const series of metrics.series(metric.name)) {
      addSeries(lines, family, series, labelsOf(metric, series.tags), shape);
    }
  }
  lines.push("# EOF\n");
  return lines.join("\n");
}

const TYPES: Partial<Record<Metric["type"], string>> = {
  counter: "counter",
  gauge: "gauge",
  rate: "gauge",
};

function familyOf({ name, type, contains }: Metric): string {
  if (type === "rate") return `${PREFIX}${name}_rate`;
  return `${PREFIX}${name}${type === "trend" && contains === "time" ? "_seconds" : ""}`;
}

function addSeries(
  lines: string[],
  family: string,
  { metric, aggregate }: Series,
  labels: readonly Label[],
  shape: TrendShape,
): void {
  const plain = labelText(labels);
  if (aggregate.type !== "trend") {
    const suffix = aggregate.type === "counter" ? "_total" : "";
    lines.push(`${family}${suffix}${plain} ${valueOf(aggregate)}`);
    return;
  }
  const { histogram } = aggregate;
  const unit = unitOf(metric);
  if (shape === "histogram") {
    const bounds = metric.contains === "time" ? TIME_BOUNDS : OTHER_BOUNDS;
    const counts = countsUpTo(histogram, bounds.map((bound) => bound * unit));
    for (const [i, bound] of bounds.entries()) {
      lines.push(`${family}_bucket${labelText(labels, ["le", decimal(bound)])} ${counts[i]}`);
    }
    lines.push(`${family}_bucket${labelText(labels, ["le", "+Inf"])} ${histogram.count}`);
  } else {
    for (const quantile of QUANTILES) {
      const value = histogram.percentile(quantile * 100) / unit;
      lines.push(`${family}${labelText(labels, ["quantile", decimal(quantile)])} ${value}`);
    }
  }
  lines.push(`${family}_count${plain} ${histogram.count}`);
  // OpenMetrics has no sum where values can be negative: it would go down.
  if (histogram.min >= 0) lines.push(`${family}_sum${plain} ${histogram.sum / unit}`);
}

function valueOf(aggregate: Exclude<Aggregate, { type: "trend" }>): number {
  if (aggregate.type === "counter") return aggregate.total;
  if (aggregate.type === "gauge") return aggregate.value;
  return aggregate.total === 0 ? 0 : aggregate.passes / aggregate.total;
}

/** Bounds as OpenMetrics wants them written: whole ones with a point. */
function decimal(value: number): string {
  return Number.isInteger(value) && value < 1e6 ? `${value}.0` : String(value);
}

function labelText(labels: readonly Label[], more?: Label): string {
  const all = more === undefined ? labels : [...labels, more];
  if (all.length === 0) return "";
  return `{${all.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
