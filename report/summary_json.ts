import { getBuiltinModule } from "node:process";
import type { Aggregate, Histogram, Metric, Registry } from "../metrics/mod.ts";
import { emptyAggregate, parseSelector, parseThreshold } from "../metrics/mod.ts";
import type { RunResult } from "../runner/mod.ts";
import { checkTree, type GroupNode } from "./_check_tree.ts";
import { endpoints } from "./_endpoints.ts";
import { groupTimes } from "./_groups.ts";
import { scenarioNumbers } from "./_scenarios.ts";
import { perSecond, trendStat } from "./_stats.ts";
import type {
  SummaryData,
  SummaryEndpoint,
  SummaryGroup,
  SummaryMetric,
  SummaryOutput,
  SummaryScenario,
  SummaryTimes,
} from "./summary_types.ts";

/** Statistics of a trend beside those that `summaryTrendStats` asks for. */
const EXTRA_STATS = ["p(99)", "p(99.9)", "count"] as const;
/** Options whose values never leave the process. */
const SECRET = /authorization|cookie|token|secret|passw|^key$|api.?key|credential/i;

/**
 * A run as data: what `handleSummary` is called with, and what `--summary-json` writes. The shape
 * is k6's, with `schemaVersion` and `run` added.
 */
export function summaryData(result: RunResult, output: SummaryOutput = {}): SummaryData {
  return {
    schemaVersion: 1,
    metrics: metricsData(result),
    root_group: summaryGroups(result.metrics),
    options: {
      summaryTrendStats: [...result.options.summaryTrendStats],
      summaryTimeUnit: result.options.summaryTimeUnit ?? "",
      noColor: !(output.color ?? false),
    },
    state: {
      isStdOutTTY: output.isStdOutTTY ?? false,
      isStdErrTTY: output.isStdErrTTY ?? false,
      testRunDurationMs: result.durationMs,
    },
    run: {
      name: result.name,
      startedAt: new Date(result.startedAt).toISOString(),
      pausedMs: result.pausedMs,
      options: withoutSecrets(result.options),
      shards: result.shards.map(({ durations: _, ...shard }) => structuredClone(shard)),
      complete: result.complete,
      vusMax: result.vusMax,
      iterations: { ...result.iterations },
      scenarios: scenariosData(result),
      endpoints: endpointsData(result),
      groups: groupTimes(result.metrics)
        .map(({ path, durations }) => ({ path, duration: timesData(durations) })),
      generator: { ...result.generator, reasons: [...result.generator.reasons] },
      outputs: result.outputs.map((output) => ({ ...output })),
      failures: [...result.failures],
      exitCode: result.exitCode,
    },
  };
}

function scenariosData(result: RunResult): SummaryScenario[] {
  return scenarioNumbers(result).map((one) => ({
    name: one.name,
    iterations: one.iterations,
    rate: perSecond(one.iterations, result.durationMs),
    dropped: one.dropped,
    checks: { passes: one.checks - one.failedChecks, fails: one.failedChecks },
    duration: timesData(one.durations),
  }));
}

function endpointsData(result: RunResult): SummaryEndpoint[] {
  return endpoints(result.metrics).map(({ method, name, requests, failed, durations }) => ({
    method,
    name,
    requests,
    rate: perSecond(requests, result.durationMs),
    failed,
    duration: timesData(durations),
  }));
}

function timesData(histogram: Histogram): SummaryTimes {
  const of = (stat: string) => trendStat(histogram, stat);
  return {
    count: histogram.count,
    avg: of("avg"),
    min: of("min"),
    max: of("max"),
    "p(50)": of("p(50)"),
    "p(90)": of("p(90)"),
    "p(95)": of("p(95)"),
    "p(99)": of("p(99)"),
    "p(99.9)": of("p(99.9)"),
  };
}

function metricsData(result: RunResult): Record<string, SummaryMetric> {
  const data: Record<string, SummaryMetric> = {};
  const add = (key: string, metric: Metric, aggregate: Aggregate | undefined): SummaryMetric => {
    const { type, contains } = metric;
    return data[key] ??= { type, contains, values: valuesOf(aggregate ?? nothing(type), result) };
  };
  for (const metric of result.metrics.metrics()) {
    add(metric.name, metric, result.metrics.select(metric.name));
  }
  const answered = "http_req_duration{expected_response:true}";
  for (const key of [answered, ...result.thresholds.map((outcome) => outcome.metric)]) {
    if (data[key] !== undefined) continue;
    const { metric: name, where } = parseSelector(key);
    const metric = result.metrics.metric(name);
    const aggregate = result.metrics.select(name, where);
    if (key === answered && aggregate === undefined) continue;
    add(key, metric ?? guessMetric(name, key, result), aggregate);
  }
  for (const { metric, expression, ok } of result.thresholds) {
    const entry = data[metric];
    if (entry !== undefined) (entry.thresholds ??= {})[expression] = { ok };
  }
  return data;
}

/** A metric that never had a sample is known by its rules alone: what they ask for tells its kind. */
function guessMetric(name: string, key: string, result: RunResult): Metric {
  const rule = result.thresholds.find((outcome) => outcome.metric === key);
  const stat = rule === undefined ? "" : parseThreshold(rule.expression).stat;
  const kinds: Record<string, Metric["type"]> = { rate: "rate", count: "counter", value: "gauge" };
  return { name, type: kinds[stat] ?? "trend", contains: "default" };
}

/** What a metric without a sample says: 0 of all, as in k6, so that scripts find what they read. */
function nothing(type: Metric["type"]): Aggregate {
  return type === "gauge" ? { type, value: 0, min: 0, max: 0 } : emptyAggregate(type);
}

function valuesOf(aggregate: Aggregate, result: RunResult): Record<string, number> {
  switch (aggregate.type) {
    case "counter":
      return { count: aggregate.total, rate: perSecond(aggregate.total, result.durationMs) };
    case "gauge":
      return { value: aggregate.value, min: aggregate.min, max: aggregate.max };
    case "rate": {
      const { passes, total } = aggregate;
      return { rate: total === 0 ? 0 : passes / total, passes, fails: total - passes };
    }
    case "trend": {
      const values: Record<string, number> = {};
      for (const stat of [...result.options.summaryTrendStats, ...EXTRA_STATS]) {
        values[stat] ??= trendStat(aggregate.histogram, stat);
      }
      return values;
    }
  }
}

/** The groups and checks that were met so far: what `root_group` of the summary holds. */
export function summaryGroups(metrics: Registry): SummaryGroup {
  return groupData(checkTree(metrics));
}

function groupData({ name, path, groups, checks }: GroupNode): SummaryGroup {
  return {
    name,
    path,
    id: idOf(path),
    groups: groups.map(groupData),
    checks: checks.map((check) => ({
      name: check.name,
      path: check.path,
      id: idOf(check.path),
      passes: check.passes,
      fails: check.fails,
    })),
  };
}

/** k6's identifier of a group or check: the MD5 of its path. */
function idOf(path: string): string {
  // Loaded on demand: `node:crypto` takes longer to load than everything else here.
  return getBuiltinModule("node:crypto").createHash("md5").update(path).digest("hex");
}

/** A deep copy in which the values of credential-like fields read `***`. */
function withoutSecrets<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (key, inner) => {
    const secret = SECRET.test(key) && (typeof inner === "string" || Array.isArray(inner));
    return secret ? "***" : inner;
  }));
}
