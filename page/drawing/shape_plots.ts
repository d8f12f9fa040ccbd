import type { Shape } from "../data/types.ts";
import { formatCount, formatTick, formatTime } from "./format.ts";
import { type DrawnNode, node } from "./node.ts";
import { linearScale, logScale, type Scale } from "./scale.ts";
import { BOX, grid, plot, px } from "./time_plot.ts";

/** From a bucket's lower bound to its upper one: `SHAPE_STEPS` of `data/shape.ts`. */
const NEXT = 2 ** (1 / 16);

/** How many values were how large: a bar for each bucket, values on a logarithm. */
export function histogramPlot(title: string, { buckets, count, max }: Shape): DrawnNode {
  const pairs = pairsOf(buckets).filter(([from]) => from > 0);
  const least = pairs[0]?.[0] ?? 0.1;
  const x = logScale(least, Math.max(max, least * 2), BOX.left, BOX.right);
  const y = linearScale(Math.max(0, ...pairs.map(([, n]) => n)), BOX.bottom, BOX.top);
  const bars = pairs.map(([from, n], i) => {
    const next = pairs[i + 1]?.[0] ?? Infinity;
    const [left, right] = [x.at(from), x.at(Math.min(next, from * NEXT, max))];
    const top = px(y.at(n));
    return `M${px(left)} ${BOX.bottom}V${top}H${px(Math.max(left + 0.8, right))}V${BOX.bottom}z`;
  });
  const label = `${title}: ${formatCount(count)} values`;
  return plot(
    label,
    [],
    grid(x, y, formatCount, formatTick),
    node("path", { class: "f-c1", d: bars.join("") }),
  );
}

/** Percentiles that are ticks of an HDR plot, by the share that is above. */
const NINES: readonly (readonly [above: number, label: string])[] = [
  [1, "0"],
  [0.1, "p90"],
  [0.01, "p99"],
  [0.001, "p99.9"],
  [0.0001, "p99.99"],
  [0.00001, "p99.999"],
];

/** Latency by percentile, nines evenly spaced: what HdrHistogram's plots show. */
export function hdrPlot(title: string, shape: Shape): DrawnNode {
  const label = `${title}: max ${formatTime(shape.max)}`;
  return hdrPlots(label, [{ label: "", color: "p99", shape }]);
}

/** A distribution among others. */
export interface ShapeLine {
  readonly label: string;
  /** Name of its colour. */
  readonly color: string;
  readonly shape: Shape;
}

/** Several distributions by percentile, one over the other. */
export function hdrPlots(title: string, lines: readonly ShapeLine[]): DrawnNode {
  const shapes = lines.map(({ shape }) => shape);
  const count = Math.max(10, ...shapes.map((one) => one.count));
  const max = Math.max(0, ...shapes.map((one) => one.max));
  const min = Math.min(max, ...shapes.map((one) => one.min));
  const least = Math.max(1 / count, 0.00001);
  const reversed = logScale(least, 1, BOX.right, BOX.left);
  const shown = NINES.filter(([above]) => above >= least * 0.999);
  const x: Scale = { at: (above) => reversed.at(above), ticks: shown.map(([above]) => above) };
  const y = logScale(Math.max(min, max / 1e5, 1e-4), max, BOX.bottom, BOX.top);
  const names = new Map(shown);
  return plot(
    title,
    lines,
    grid(x, y, formatTick, (above) => names.get(above) ?? ""),
    ...lines.map(({ color, shape }) => {
      const points = percentilePoints(shape, (above) => x.at(Math.max(least, above)), y);
      const d = points.length === 0 ? "" : `M${points.join("L")}`;
      return node("path", { class: `stroke s-${color}`, d });
    }),
  );
}

function percentilePoints(
  { buckets, count, min, max }: Shape,
  x: (above: number) => number,
  y: Scale,
): string[] {
  let below = 0;
  return pairsOf(buckets).map(([from, n]) => {
    below += n;
    const value = Math.min(max, Math.max(from * NEXT, min));
    return `${px(x(1 - below / count))} ${px(y.at(value))}`;
  });
}

function pairsOf(buckets: readonly number[]): [from: number, count: number][] {
  return Array.from(
    { length: buckets.length / 2 },
    (_, i) => [buckets[2 * i]!, buckets[2 * i + 1]!],
  );
}
