import type { Comparison } from "../../results/compare/mod.ts";
import { columnOf, type Line, perSecond } from "../data/views.ts";
import { formatNumber, formatTick } from "../drawing/format.ts";
import type { NamedPlot } from "../drawing/plots.ts";
import { hdrPlots, type ShapeLine } from "../drawing/shape_plots.ts";
import { timePlot } from "../drawing/time_plot.ts";
import type { DrawnRun, Sides } from "./sides.ts";

/** Most parts of the load whose distributions are drawn. */
const MAX_PARTS = 6;

/** Plots with the runs of both sides one over the other. */
export function overlays(comparison: Comparison, sides: Sides): NamedPlot[] {
  const { family, timed, runs } = sides;
  const plots: NamedPlot[] = [
    overTime(sides, "rate", `${family.unit} per second`, (run) => rateOf(run, family.count)),
  ];
  if (timed !== null) {
    for (const p of ["p50", "p99"]) {
      const title = `${timed} ${p}`;
      plots.push(overTime(sides, p, title, ({ data }) => columnOf(data.timeline, timed, p), true));
    }
  }
  if (runs.some((run) => rateOf(run, family.failed).some((value) => value > 0))) {
    plots.push(overTime(sides, "failed", "failed per second", (run) => rateOf(run, family.failed)));
  }
  const whole = runs.flatMap(({ label, color, shape }): ShapeLine[] =>
    shape === null ? [] : [{ label, color, shape }]
  );
  if (whole.length > 0) {
    plots.push({ name: "percentiles", node: hdrPlots(`Percentiles of ${timed}`, whole) });
  }
  return [...plots, ...changedParts(comparison, sides)];
}

function overTime(
  { runs }: Sides,
  name: string,
  title: string,
  values: (run: DrawnRun) => Line["values"],
  log = false,
): NamedPlot {
  const elapsedMs = Math.max(...runs.map(({ data }) => data.now.state.elapsedMs));
  const lines = runs.map((run) => ({
    ...{ label: run.label, color: run.color, values: values(run) },
    stepMs: run.data.timeline.stepMs,
  }));
  const format = log ? formatTick : formatNumber;
  return { name, node: timePlot({ title, lines, stepMs: 1000, elapsedMs, format, log }) };
}

function rateOf({ data: { timeline, now } }: DrawnRun, metric: string): number[] {
  const series = timeline.series.find((one) =>
    one.metric === metric && Object.keys(one.tags).length === 0
  );
  const column = series?.type === "rate" ? "passes" : "sum";
  return perSecond(timeline, columnOf(timeline, metric, column), now.state.elapsedMs);
}

/** Percentiles of those parts of the load in which something changed. */
function changedParts({ changes }: Comparison, { runs, family, timed }: Sides): NamedPlot[] {
  const keys = new Set<string>();
  for (const { tags, verdict, metric } of changes) {
    if (verdict === "noise" || metric.name !== timed) continue;
    const row = runs[0]?.data.now.rows.find((one) =>
      one.family === family.id && one.tags !== null && Object.keys(tags).length > 0 &&
      sameTags(one.tags, tags)
    );
    if (row !== undefined) keys.add(row.key);
  }
  return [...keys].slice(0, MAX_PARTS).flatMap((key, i) => {
    const lines = runs.flatMap(({ label, color, data }): ShapeLine[] => {
      const shape = data.shapes[key];
      return shape === undefined ? [] : [{ label, color, shape }];
    });
    const name = runs[0]!.data.now.rows.find((row) => row.key === key)!.name;
    return lines.length < 2
      ? []
      : [{ name: `part-${i + 1}`, node: hdrPlots(`Percentiles of ${name}`, lines) }];
  });
}

function sameTags(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
