import { parseSelector, parseThreshold } from "../metrics/mod.ts";
import type { RunResult, ThresholdOutcome } from "../runner/mod.ts";
import { type Endpoint, endpointLabel, endpoints, sharedOrigin } from "./_endpoints.ts";
import { formatBytes, formatCount, formatNumber, formatRate, formatShare } from "./_format.ts";
import { formatTime, type TimeUnit } from "./_format.ts";
import { trendStat } from "./_stats.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { plain } from "./_text.ts";

/** One line a rule: mark, metric, rule, value, and the worst endpoint of a failed http rule. */
export function thresholdLines(result: RunResult, style: Style, width: number): string[] {
  if (result.thresholds.length === 0) return [];
  const unit = result.options.summaryTimeUnit;
  const rows = result.thresholds.map((outcome): Cell[] => {
    const paint = outcome.ok ? style.green : style.red;
    return [
      { text: `${outcome.ok ? "✓" : "✗"} ${plain(outcome.metric)}`, paint },
      plain(outcome.expression),
      { text: outcomeValue(result, outcome, unit), paint },
      { text: outcome.ok ? "" : worst(result, outcome, unit), paint: style.dim },
    ];
  });
  return [style.bold("thresholds"), ...table(rows, { align: "llrl", width, least: 24 })];
}

function outcomeValue(result: RunResult, outcome: ThresholdOutcome, unit: TimeUnit): string {
  const { value } = outcome;
  if (value === null) return "no samples";
  const metric = result.metrics.metric(parseSelector(outcome.metric).metric);
  const { stat } = parseThreshold(outcome.expression);
  if (stat === "count") return formatCount(value);
  if (metric?.type === "rate") return formatShare(value);
  if (stat === "rate") return formatRate(value);
  if (metric?.contains === "time") return formatTime(value, unit);
  return metric?.contains === "data" ? formatBytes(value) : formatNumber(value);
}

/** The endpoint that did most to fail an http rule, when there is more than one to choose from. */
function worst(result: RunResult, outcome: ThresholdOutcome, unit: TimeUnit): string {
  const selector = parseSelector(outcome.metric);
  const all = endpoints(result.metrics, selector.where);
  if (all.length < 2) return "";
  const { stat } = parseThreshold(outcome.expression);
  const pick = (value: (e: Endpoint) => number, show: (v: number) => string): string => {
    const top = all.reduce((a, b) => value(b) > value(a) ? b : a);
    const name = endpointLabel(top, sharedOrigin(endpoints(result.metrics)));
    return `worst: ${plain(name)} ${show(value(top))}`;
  };
  if (selector.metric === "http_req_failed") {
    return pick((e) => e.requests === 0 ? 0 : e.failed / e.requests, formatShare);
  }
  if (selector.metric === "http_req_duration") {
    return pick((e) => trendStat(e.durations, stat), (v) => formatTime(v, unit));
  }
  return "";
}
