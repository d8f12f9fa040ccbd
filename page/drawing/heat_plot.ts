import { formatTick } from "./format.ts";
import { type Heat, heatBounds, heatShade } from "./heat.ts";
import type { Line } from "../data/views.ts";
import { type DrawnNode, node } from "./node.ts";
import { logScale, timeScale } from "./scale.ts";
import { BOX, grid, plot, px } from "./time_plot.ts";

/** Columns of a heatmap in a file, which is to stay small. */
const COLUMNS = 92;
/** Shades of a cell. */
const SHADES = 6;

/** A latency heatmap over time as SVG: time to the right, latency upwards on a logarithm. */
export function heatPlot(
  title: string,
  heat: Heat,
  elapsedMs: number,
  legend: readonly Pick<Line, "label" | "color">[] = [],
): DrawnNode {
  const x = timeScale(elapsedMs, BOX.left, BOX.right);
  const [low, high] = [heatBounds(heat.low)[0], heatBounds(heat.high)[1]];
  const y = logScale(low, high, BOX.bottom, BOX.top);
  const wide = (BOX.right - BOX.left) / Math.min(COLUMNS, heat.columns.length);
  const cells = joined(heat);
  const most = cells.reduce((max, column) => Math.max(max, ...column.values()), 0);
  const paths = new Map<number, string>();
  for (const [i, column] of cells.entries()) {
    const [left, right] = [Math.round(BOX.left + i * wide), Math.round(BOX.left + (i + 1) * wide)];
    for (const { shade, from, to } of runsOf(column, heat, most)) {
      const [top, bottom] = [
        Math.round(y.at(heatBounds(to)[1])),
        Math.round(y.at(heatBounds(from)[0])),
      ];
      const d = `M${left} ${top}h${right - left}v${Math.max(1, bottom - top)}h${left - right}z`;
      paths.set(shade, (paths.get(shade) ?? "") + d);
    }
  }
  const drawn = [...paths].map(([shade, d]) =>
    node("path", { class: "f-heat", opacity: px(shade / SHADES), d })
  );
  return plot(title, legend, grid(x, y, formatTick), ...drawn);
}

/** Buckets one above the other that are equally dark. */
interface Run {
  readonly shade: number;
  readonly from: number;
  to: number;
}

function runsOf(column: ReadonlyMap<number, number>, { low, high }: Heat, most: number): Run[] {
  const runs: Run[] = [];
  for (let bucket = low; bucket <= high; bucket++) {
    const shade = Math.ceil(heatShade(column.get(bucket) ?? 0, most) * SHADES);
    const last = runs.at(-1);
    if (last?.shade === shade) last.to = bucket;
    else runs.push({ shade, from: bucket, to: bucket });
  }
  return runs.filter(({ shade }) => shade > 0);
}

/** Counts by bucket of so many columns as are drawn. */
function joined({ columns }: Heat): Map<number, number>[] {
  const wanted = Math.min(COLUMNS, columns.length);
  const cells = Array.from({ length: wanted }, () => new Map<number, number>());
  for (const [i, pairs] of columns.entries()) {
    const cell = cells[Math.floor(i * wanted / columns.length)]!;
    for (let at = 0; at < pairs.length; at += 2) {
      cell.set(pairs[at]!, (cell.get(pairs[at]!) ?? 0) + pairs[at + 1]!);
    }
  }
  return cells;
}
