import { OptionError } from "../internal/mod.ts";
import { type Aggregate, parsePercentile, summarize } from "./aggregate.ts";
import type { MetricType } from "./metric.ts";

/** A threshold's expression, taken apart. */
export interface Threshold {
  /** As written. */
  readonly expression: string;
  /** `avg min max med p(N) count rate value`, without spaces. */
  readonly stat: string;
  /** How the statistic is compared. */
  readonly operator: ThresholdOperator;
  /** What the statistic is compared with. */
  readonly limit: number;
  /** The metric's kind, when it was known. */
  readonly type: MetricType | undefined;
}

/** How a threshold compares; `==` and `===` mean the same. */
export type ThresholdOperator = "<" | "<=" | ">" | ">=" | "==" | "===" | "!=";

/** A threshold's outcome. */
export interface ThresholdJudgement {
  /** Whether the rule holds. */
  ok: boolean;
  /** What it was judged on; null when there were no samples. */
  value: number | null;
}

/** The part of a metric that a threshold or a summary row is about. */
export interface Selector {
  /** Name of the metric. */
  readonly metric: string;
  /** Tags that a series must have; empty for the whole metric. */
  readonly where: Readonly<Record<string, string>>;
}

/** k6's statistics by kind; `count` of a trend is ours. */
const STATS: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ["count", "rate"],
  gauge: ["value"],
  rate: ["rate"],
  trend: ["avg", "min", "max", "med", "p(N)", "count"],
};
const ALL_STATS = [...new Set(Object.values(STATS).flat())];

const COMPARE: Readonly<Record<ThresholdOperator, (value: number, limit: number) => boolean>> = {
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
  "==": (value, limit) => value === limit,
  "===": (value, limit) => value === limit,
  "!=": (value, limit) => value !== limit,
};

const EXPRESSION = /^([^<>=!]*?)([<>=!]+)(.*)$/s;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Takes apart an expression such as `p(95)<500`, `rate < 0.01` or `count>=100` (k6's grammar).
 *
 * @param metricType kind of the metric it is for; without it any kind's statistics are taken
 * @throws {OptionError} when it can't be understood, or asks for what that kind doesn't have
 */
export function parseThreshold(expression: string, metricType?: MetricType): Threshold {
  const match = typeof expression === "string" ? EXPRESSION.exec(expression) : null;
  if (match === null) {
    throw invalid(expression, `write a statistic, a comparison and a number, as "p(95)<500"`);
  }
  const stat = match[1]!.replaceAll(/\s+/g, "");
  const operator = match[2]!;
  const limit = match[3]!.trim();
  if (!Object.hasOwn(COMPARE, operator)) {
    throw invalid(expression, `${operator} is none of ${Object.keys(COMPARE).join(" ")}`);
  }
  if (!NUMBER.test(limit) || !Number.isFinite(Number(limit))) {
    throw invalid(expression, `${JSON.stringify(limit)} is not a number`);
  }
  const stats = metricType === undefined ? ALL_STATS : STATS[metricType];
  const name = stat.startsWith("p(") ? "p(N)" : stat;
  if (stat === "p(N)" || !stats.includes(name)) {
    const kind = metricType === undefined ? "a metric" : `a ${metricType}`;
    throw invalid(expression, `${kind} has no ${JSON.stringify(stat)}, only ${stats.join(", ")}`);
  }
  if (name === "p(N)" && parsePercentile(stat) === undefined) {
    throw invalid(expression, `${stat} is no percentile: N goes from 0 to 100`);
  }
  return {
    expression,
    stat,
    operator: operator as ThresholdOperator,
    limit: Number(limit),
    type: metricType,
  };
}

/**
 * Judges a threshold.
 *
 * Without samples a rate passes and everything else is judged as 0, as in k6. A counter's `rate`
 * is per second of `elapsedMs`.
 *
 * @param aggregate what was recorded; undefined when nothing was
 */
export function evaluateThreshold(
  rule: Threshold,
  aggregate: Aggregate | undefined,
  elapsedMs: number,
): ThresholdJudgement {
  const holds = COMPARE[rule.operator];
  const type = aggregate?.type ?? rule.type;
  if (aggregate === undefined || isEmpty(aggregate)) {
    const passes = type === "rate" || (type === undefined && rule.stat === "rate");
    return { ok: passes || holds(0, rule.limit), value: null };
  }
  const value = summarize(aggregate, rule.stat, elapsedMs);
  return { ok: holds(value, rule.limit), value };
}

/** Of kinds that can tell no samples from samples of 0. */
function isEmpty(aggregate: Aggregate): boolean {
  if (aggregate.type === "trend") return aggregate.histogram.count === 0;
  if (aggregate.type === "rate") return aggregate.total === 0;
  return aggregate.type === "gauge" && aggregate.min > aggregate.max;
}

/**
 * Takes apart `metric` or `metric{tag:value,tag2:"v, w"}`. Spaces around names and values don't
 * count; a value with a comma, or with spaces at its ends, stands in quotes of either kind.
 *
 * @throws {OptionError} when it can't be understood
 */
export function parseSelector(text: string): Selector {
  const open = text.indexOf("{");
  const metric = (open < 0 ? text : text.slice(0, open)).trim();
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(metric)) {
    throw badSelector(text, `${JSON.stringify(metric)} is no metric's name`);
  }
  if (open < 0) return { metric, where: {} };
  const whole = text.trimEnd();
  if (!whole.endsWith("}")) throw badSelector(text, "it has no } at its end");
  const body = whole.slice(open + 1, -1);
  const pairs = new Map<string, string>();
  let at = 0;
  while (at < body.length || pairs.size === 0) {
    const colon = body.indexOf(":", at);
    const name = (colon < 0 ? body.slice(at) : body.slice(at, colon)).trim();
    if (colon < 0 || name === "" || name.includes(",")) {
      throw badSelector(text, `${JSON.stringify(body.slice(at))} is not tag:value`);
    }
    if (pairs.has(name)) throw badSelector(text, `the tag ${name} comes twice`);
    const { value, end } = readValue(text, body, colon + 1);
    if (value === undefined) throw badSelector(text, `the tag ${name} has no value`);
    pairs.set(name, value);
    at = end;
  }
  return { metric, where: Object.fromEntries(pairs) };
}

/** A value from `start` on, and where what follows its comma begins. */
function readValue(
  text: string,
  body: string,
  start: number,
): { value: string | undefined; end: number } {
  let at = start;
  while (body[at] === " ") at++;
  const quote = body[at];
  if (quote === '"' || quote === "'") {
    const close = body.indexOf(quote, at + 1);
    if (close < 0) throw badSelector(text, `a quote is not closed: ${body.slice(at)}`);
    const comma = body.indexOf(",", close);
    const rest = body.slice(close + 1, comma < 0 ? undefined : comma);
    if (rest.trim() !== "") throw badSelector(text, `${JSON.stringify(rest)} after a quoted value`);
    return { value: body.slice(at + 1, close), end: comma < 0 ? body.length : comma + 1 };
  }
  const comma = body.indexOf(",", at);
  const value = body.slice(at, comma < 0 ? undefined : comma).trim();
  return { value: value === "" ? undefined : value, end: comma < 0 ? body.length : comma + 1 };
}

function invalid(expression: unknown, why: string): OptionError {
  const shown = JSON.stringify(expression) ?? String(expression);
  return new OptionError("thresholds", `Can't understand the threshold ${shown}: ${why}`);
}

function badSelector(text: string, why: string): OptionError {
  return new OptionError(
    "thresholds",
    `Can't understand the metric of a threshold: ${JSON.stringify(text)}: ${why}`,
  );
}
