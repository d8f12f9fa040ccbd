import {
  endSeconds,
  latencyLines,
  seriesOf,
  splitLines,
  startLines,
  STARTS_TITLE,
  stepSeconds,
  timedBy,
  vuLines,
} from "../../data/views.ts";
import {
  formatCount,
  formatNumber,
  formatRate,
  formatTick,
  formatTime,
} from "../../drawing/format.ts";
import { heatBounds, heatOf, joinHeat } from "../../drawing/heat.ts";
import { drawHeat, heatImage } from "../charts/heat_cells.ts";
import { TimeChart } from "../charts/time_chart.ts";
import { h } from "../dom.ts";
import type { Part, View } from "../view.ts";

/** Most columns of the heatmap: about as many as a screen tells apart. */
const HEAT_COLUMNS = 600;

/** The charts over time: latency with its heatmap, counts by status, virtual users. */
export function charts(): Part & { redraw(): void } {
  const latency = new TimeChart({
    title: "Latency",
    hint: "Each column is a moment: the darker, the more took that long",
    ...{ format: formatTime, formatTick, log: true, height: 300 },
  });
  const counts = new TimeChart({
    ...{ title: "Requests", format: formatRate, formatTick: formatNumber, area: true },
  });
  const vus = new TimeChart({
    ...{ title: "Virtual users", format: formatCount },
    formatTick: (value) => Number.isInteger(value) ? formatCount(value) : "",
  });
  const starts = new TimeChart({
    ...{ title: STARTS_TITLE, format: formatRate, formatTick: formatNumber },
    height: 160,
  });
  const all = [latency, counts, vus, starts];
  const lower = h("div", { class: "pair" }, counts.element, vus.element);
  return {
    element: h("div", { class: "charts" }, latency.element, lower, starts.element),
    update({ data, family }: View) {
      const { timeline, now } = data;
      const seconds = stepSeconds(timeline);
      const end = endSeconds(data);
      const timed = timedBy(now, family);
      latency.element.hidden = timed === null;
      if (timed !== null) {
        const columns = seriesOf(timeline, timed)?.heat ?? [];
        const heat = heatOf(joinHeat(columns, HEAT_COLUMNS));
        const lines = latencyLines(data, family);
        latency.update({ seconds, lines, endSeconds: end, ...heatPart(heat, timeline) });
      }
      setTitle(counts, `${family.splitTitle}, per second`);
      counts.update({ seconds, lines: splitLines(data, family), endSeconds: end });
      vus.update({ seconds, lines: vuLines(data), endSeconds: end });
      const late = startLines(data);
      starts.element.hidden = late.length === 0;
      if (late.length > 0) starts.update({ seconds, lines: late, endSeconds: end });
    },
    redraw: () => all.forEach((chart) => chart.redraw()),
  };
}

function heatPart(
  heat: ReturnType<typeof heatOf>,
  { steps, stepMs }: { readonly steps: number; readonly stepMs: number },
) {
  if (heat === null) return {};
  const width = Math.ceil(steps / heat.columns.length) * stepMs / 1000;
  const image = heatImage(heat);
  return {
    range: [heatBounds(heat.low)[0], heatBounds(heat.high)[1]] as const,
    behind: (u: Parameters<typeof drawHeat>[0]) => drawHeat(u, heat, image, width),
  };
}

function setTitle({ element }: TimeChart, title: string): void {
  element.querySelector("h2")!.textContent = title;
  element.setAttribute("aria-label", title);
}
