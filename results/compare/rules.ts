import { nearest, OptionError } from "../../internal/mod.ts";
import { parseSelector } from "../../metrics/mod.ts";
import type { MeasuredRun } from "./measure.ts";
import { type Row, rowOf } from "./rows.ts";
import type { Statistic } from "./statistic.ts";

/** How far a statistic may change: `p99>+10%`. */
export interface ChangeRule {
  /** As it was written. */
  readonly text: string;
  /** Null for the load's main metric of the statistic's kind. */
  readonly metric: string | null;
  /** Tags; `*` stands for each value. */
  readonly where: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
  /** `>` fails on more than the limit, `<` on less. */
  readonly operator: ">" | "<";
  readonly limit: number;
  /** Whether the limit is relative (of shares: in points), or in the metric's own unit. */
  readonly isRelative: boolean;
}

const RULE =
  /^(?:(.+):)?\s*([a-z]+|p\(?[\d.]+\)?)\s*([<>])\s*([+-]?\d+(?:\.\d+)?)\s*(%|ms|s|us|µs|)$/;
const TO_MS: Readonly<Record<string, number>> = { "": 1, us: 1e-3, µs: 1e-3, ms: 1, s: 1000 };
const FORM = "as in p99>+10%, rate<-5%, errors>+1%, or http_req_duration{name:x}:p95>+5ms";

/** What rules without a metric are about: the first that both sides have. */
const TRENDS = [
  "http_req_duration",
  "nats_request_duration",
  "packet_responding",
  "iteration_duration",
];
const COUNTERS = ["http_reqs", "packet_packets_received", "nats_msgs_received", "iterations"];

/**
 * Reads a rule of `--fail-on`.
 *
 * @throws {OptionError}
 */
export function parseRule(text: string): ChangeRule {
  const match = RULE.exec(text.trim());
  if (match === null) {
    throw new OptionError("--fail-on", `--fail-on can't be read: ${text} (${FORM})`);
  }
  const [, selector, name, operator, amount, unit] = match as unknown as string[];
  const statistic = statisticOf(name!, text);
  const isRelative = unit === "%";
  if (!isRelative && statistic.kind === "share") {
    throw new OptionError(
      "--fail-on",
      `--fail-on: the limit of a share is in points, as in errors>+1%: ${text}`,
    );
  }
  const { metric, where } = selectorOf(name!, selector, text);
  return {
    text: text.trim(),
    metric,
    where,
    statistic,
    operator: operator as "<" | ">",
    limit: isRelative ? Number(amount) / 100 : Number(amount) * TO_MS[unit!]!,
    isRelative,
  };
}

/**
 * What a rule is about in these runs: one row, or with `*` one for each part.
 *
 * @throws {OptionError} when not all runs have samples of it
 */
export function ruleRows(rule: ChangeRule, runs: readonly MeasuredRun[]): Row[] {
  const names = [...runs[0]!.metrics.metrics()].map(({ name }) => name)
    .filter((name) => runs.every((run) => run.metrics.metric(name) !== undefined));
  const metric = rule.metric ?? mainMetric(rule.statistic, names);
  const found = metric === null ? undefined : runs[0]!.metrics.metric(metric);
  if (found === undefined || !names.includes(found.name)) {
    const near = metric === null ? null : nearest(metric, names);
    throw new OptionError(
      "--fail-on",
      `--fail-on ${rule.text}: not all runs have ${metric ?? "such a metric"}` +
        (near === null ? ` (they have ${names.join(", ")})` : ` (did you mean ${near}?)`),
    );
  }
  const rows = whereParts(rule.where, found.name, runs)
    .map((tags) => rowOf(found, tags, rule.statistic))
    .filter(({ tags }) =>
      runs.every((run) => run.measure(found.name, tags, rule.statistic) !== null)
    );
  if (rows.length > 0) return rows;
  const where = Object.entries(rule.where).map((pair) => pair.join(":")).join(",");
  throw new OptionError(
    "--fail-on",
    `--fail-on ${rule.text}: ` +
      (runs[0]!.measure(found.name, {}, rule.statistic) === null
        ? `${found.name} is a ${found.type}, which has no such statistic`
        : `not all runs have samples of ${found.name}{${where}}`),
  );
}

function statisticOf(name: string, text: string): Statistic {
  const percentile = /^p\(?([\d.]+)\)?$/.exec(name);
  if (percentile !== null) {
    const p = Number(percentile[1]);
    if (p > 0 && p < 100) return { kind: "percentile", p };
  }
  switch (name) {
    case "med":
      return { kind: "percentile", p: 50 };
    case "avg":
      return { kind: "avg" };
    case "rate":
      return { kind: "rate" };
    case "errors":
    case "share":
      return { kind: "share" };
  }
  throw new OptionError(
    "--fail-on",
    `--fail-on compares p50, p99.9 and the like, med, avg, rate, errors, or share: ${text}`,
  );
}

function selectorOf(
  name: string,
  selector: string | undefined,
  text: string,
): Pick<ChangeRule, "metric" | "where"> {
  if (name === "errors") {
    if (selector === undefined) return { metric: "http_req_failed", where: {} };
    if (!selector.startsWith("{")) {
      throw new OptionError("--fail-on", `--fail-on: errors has no metric, only tags: ${text}`);
    }
  }
  if (selector === undefined) return { metric: null, where: {} };
  try {
    const full = selector.startsWith("{") ? `http_req_failed${selector}` : selector;
    const { metric, where } = parseSelector(full);
    return { metric, where };
  } catch (error) {
    throw new OptionError("--fail-on", `--fail-on can't be read: ${text} (${FORM})`, error);
  }
}

function mainMetric(statistic: Statistic, names: readonly string[]): string | null {
  const wanted = statistic.kind === "rate"
    ? COUNTERS
    : statistic.kind === "share"
    ? ["checks"]
    : TRENDS;
  return wanted.find((name) => names.includes(name)) ?? null;
}

/** The tags that `where` stands for: itself, or with `*` all values that the runs have. */
function whereParts(
  where: ChangeRule["where"],
  metric: string,
  runs: readonly MeasuredRun[],
): Row["tags"][] {
  const any = Object.entries(where).filter(([, value]) => value === "*").map(([name]) => name);
  if (any.length === 0) return [where];
  const found = new Map<string, Row["tags"]>();
  for (const { tags } of runs[0]!.metrics.series(metric)) {
    const fits = Object.entries(where)
      .every(([name, value]) =>
        value === "*" ? tags.get(name) !== undefined : tags.get(name) === value
      );
    if (!fits) continue;
    const part = Object.fromEntries(Object.keys(where).map((name) => [name, tags.get(name)!]));
    found.set(JSON.stringify(part), part);
  }
  return [...found.values()];
}
