import type { Family } from "../data/families.ts";
import type { PageData } from "../data/types.ts";
import {
  familiesIn,
  latencyLines,
  type Line,
  seriesOf,
  splitLines,
  startLines,
  STARTS_TITLE,
  timedBy,
  vuLines,
} from "../data/views.ts";
import { formatCount, formatNumber, formatTick } from "./format.ts";
import { heatOf } from "./heat.ts";
import { heatPlot } from "./heat_plot.ts";
import type { DrawnNode } from "./node.ts";
import { hdrPlot, histogramPlot } from "./shape_plots.ts";
import { timePlot } from "./time_plot.ts";

/** A plot and what its file is called, without the ending. */
export interface NamedPlot {
  readonly name: string;
  readonly node: DrawnNode;
}

/** Every plot of a run that there are numbers for, as SVG. */
export function plotsOf(data: PageData): NamedPlot[] {
  const { timeline, now: { state: { elapsedMs } } } = data;
  const family = familiesIn(data.now)[0]!;
  const over = { stepMs: timeline.stepMs, elapsedMs };
  const vus = vuLines(data);
  const starts = startLines(data);
  return [
    {
      name: "rate",
      node: timePlot({
        ...over,
        title: `${family.splitTitle}, per second`,
        ...{ lines: splitLines(data, family), format: formatNumber, area: true },
      }),
    },
    ...latencyPlots(data, family),
    {
      name: "vus",
      node: timePlot({ ...over, title: "Virtual users", lines: vus, format: formatCount }),
    },
    ...(starts.length === 0 ? [] : [{
      name: "starts",
      node: timePlot({ ...over, title: STARTS_TITLE, lines: starts, format: formatNumber }),
    }]),
  ];
}

function latencyPlots(data: PageData, family: Family): NamedPlot[] {
  const { timeline, now } = data;
  const timed = timedBy(now, family);
  const lines: Line[] = latencyLines(data, family);
  if (timed === null) return [];
  const { elapsedMs } = now.state;
  const heat = heatOf(seriesOf(timeline, timed, {})?.heat ?? []);
  const row = now.rows.filter((one) => one.family === family.id && data.shapes[one.key])[0];
  const shape = row === undefined ? undefined : data.shapes[row.key];
  return [
    {
      name: "latency",
      node: timePlot({
        ...{ title: `Latency (${timed})`, lines, stepMs: timeline.stepMs, elapsedMs },
        ...{ format: formatTick, log: true },
      }),
    },
    ...(heat === null
      ? []
      : [{ name: "heatmap", node: heatPlot(`Latency heatmap (${timed})`, heat, elapsedMs) }]),
    ...(row === undefined || shape === undefined ? [] : [
      { name: "histogram", node: histogramPlot(`Latencies of ${row.name}`, shape) },
      { name: "percentiles", node: hdrPlot(`Percentiles of ${row.name}`, shape) },
    ]),
  ];
}
