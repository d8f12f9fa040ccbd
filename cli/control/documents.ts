import { type Aggregate, parseSelector, type Registry, summarize } from "../../metrics/mod.ts";
import type { SummaryGroup } from "../../report/mod.ts";
import type { RunStatus, ThresholdOutcome } from "../../runner/mod.ts";

/** A resource of JSON:API, as k6 writes them. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, unknown>>;
}

/** k6's numbers of the phases of a run. */
const PHASES = { init: 1, setup: 6, running: 7, stopping: 7, teardown: 8 } as const;
const PAUSED_BEFORE_LOAD = 4;

/** Statistics of each kind of metric. */
const STATS = {
  counter: ["count", "rate"],
  gauge: ["value"],
  rate: ["rate"],
  trend: ["avg", "max", "med", "min", "p(90)", "p(95)"],
} as const;

/** How a run stands. */
export function statusResource(status: RunStatus): Resource {
  const { phase, paused, vus, vusMax, stopped, thresholds } = status;
  return {
    type: "status",
    id: "default",
    attributes: {
      status: paused && phase === "init" ? PAUSED_BEFORE_LOAD : PHASES[phase],
      paused,
      vus,
      "vus-max": vusMax,
      stopped,
      running: phase !== "init",
      tainted: thresholds.some(({ ok }) => !ok),
    },
  };
}

/** Every metric that has samples, and every submetric that has a threshold. */
export function metricResources(
  metrics: Registry,
  { thresholds, elapsedMs }: RunStatus,
): Resource[] {
  const names = new Set([...metrics.metrics()].map(({ name }) => name));
  for (const { metric } of thresholds) names.add(metric);
  return [...names].flatMap((name) => metricResource(metrics, name, thresholds, elapsedMs) ?? []);
}

function metricResource(
  metrics: Registry,
  id: string,
  thresholds: readonly ThresholdOutcome[],
  elapsedMs: number,
): Resource | null {
  const { metric: name, where } = parseSelector(id);
  const metric = metrics.metric(name);
  const aggregate = metrics.select(name, where);
  if (metric === undefined || aggregate === undefined) return null;
  const { type, contains } = metric;
  const rules = thresholds.filter((outcome) => outcome.metric === id);
  return {
    type: "metrics",
    id,
    attributes: {
      type,
      contains,
      tainted: rules.length === 0 ? null : rules.some(({ ok }) => !ok),
      sample: sampleOf(aggregate, elapsedMs),
    },
  };
}

function sampleOf(aggregate: Aggregate, elapsedMs: number): Record<string, number> {
  const stats: readonly string[] = STATS[aggregate.type];
  return Object.fromEntries(stats.map((stat) => [stat, summarize(aggregate, stat, elapsedMs)]));
}

/** A group, those in it, and so on, each with its checks. */
export function groupResources(
  group: SummaryGroup,
  parent: SummaryGroup | null = null,
): Resource[] {
  const link = ({ id }: SummaryGroup) => ({ type: "groups", id });
  const { id, path, name, checks, groups } = group;
  const own: Resource = {
    type: "groups",
    id,
    attributes: { path, name, checks },
    relationships: {
      groups: { data: groups.map(link) },
      parent: { data: parent === null ? null : link(parent) },
    },
  };
  return [own, ...groups.flatMap((one) => groupResources(one, group))];
}
