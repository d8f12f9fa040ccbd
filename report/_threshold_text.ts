import { parseSelector, parseThreshold } from "../metrics/mod.ts";
import type { RunResult, ThresholdOutcome } from "../runner/mod.ts";
import { formatBytes, formatCount, formatNumber, formatRate, formatShare } from "./_format.ts";
import { formatTime } from "./_format.ts";

/** The value that a rule was judged on, in its unit; `no samples` without one. */
export function outcomeValue(result: RunResult, outcome: ThresholdOutcome): string {
  return outcome.value === null ? "no samples" : inUnit(result, outcome)(outcome.value);
}

/**
 * A rule's value, and how far off a failed one is: `412ms, 212ms (106%) over 200ms`; of shares the
 * distance is in points.
 */
export function distanceText(result: RunResult, outcome: ThresholdOutcome): string {
  const { value, ok } = outcome;
  const { operator, limit } = parseThreshold(outcome.expression);
  const show = inUnit(result, outcome);
  const text = outcomeValue(result, outcome);
  if (value === null || ok || operator.includes("=") && !/[<>]/.test(operator)) return text;
  const off = Math.abs(value - limit);
  if (off === 0) return `${text}, exactly the limit`;
  const side = value > limit ? "over" : "under";
  if (isShare(result, outcome)) {
    return `${text}, ${formatNumber(off * 100)} points ${side} ${show(limit)}`;
  }
  const percent = Math.ceil(off / Math.abs(limit) * 100);
  const share = percent < 1000 ? ` (${percent}%)` : "";
  return `${text}, ${show(off)}${share} ${side} ${show(limit)}`;
}

function inUnit(result: RunResult, outcome: ThresholdOutcome): (value: number) => string {
  const { stat } = parseThreshold(outcome.expression);
  if (stat === "count") return formatCount;
  if (isShare(result, outcome)) return formatShare;
  if (stat === "rate") return formatRate;
  const contains = result.metrics.metric(parseSelector(outcome.metric).metric)?.contains;
  if (contains === "time") return (ms) => formatTime(ms, result.options.summaryTimeUnit);
  return contains === "data" ? formatBytes : formatNumber;
}

function isShare(result: RunResult, outcome: ThresholdOutcome): boolean {
  const { stat } = parseThreshold(outcome.expression);
  return stat === "rate" &&
    result.metrics.metric(parseSelector(outcome.metric).metric)?.type === "rate";
}
