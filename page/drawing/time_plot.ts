import type { Line } from "../data/views.ts";
import { formatMoment } from "./format.ts";
import { type DrawnNode, node } from "./node.ts";
import { linearScale, logScale, type Scale, timeScale } from "./scale.ts";

/** Size of a plot, and of what stands around it. */
export const WIDTH = 600;
/** See `WIDTH`. */
export const HEIGHT = 260;
const LEFT = 64;
const RIGHT = 20;
const TOP = 44;
const BOTTOM = 28;
/** Most points of a line. */
const POINTS = 240;

/** Where the lines of a plot are. */
export const BOX = { left: LEFT, right: WIDTH - RIGHT, top: TOP, bottom: HEIGHT - BOTTOM } as const;

/** What a plot over time shows. */
export interface TimePlot {
  readonly title: string;
  /** Those of other runs have steps of their own. */
  readonly lines: readonly (Line & { readonly stepMs?: number })[];
  /** Milliseconds of a step. */
  readonly stepMs: number;
  readonly elapsedMs: number;
  /** Writes a value at the axis. */
  readonly format: (value: number) => string;
  /** Whether the axis is logarithmic. */
  readonly log?: boolean;
  /** Fills what is below the lines. */
  readonly area?: boolean;
}

/** Lines over time as SVG. */
export function timePlot(
  { title, lines, stepMs, elapsedMs, format, log, area }: TimePlot,
): DrawnNode {
  const x = timeScale(elapsedMs, BOX.left, BOX.right);
  const values = lines.flatMap((line) =>
    line.values.filter((v) => v !== null && v > 0)
  ) as number[];
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const y = log
    ? logScale(values.reduce((a, b) => Math.min(a, b), most || 1), most, BOX.bottom, BOX.top)
    : linearScale(most, BOX.bottom, BOX.top);
  return plot(
    title,
    lines,
    grid(x, y, format),
    ...lines.flatMap(({ values, color, stepMs: own = stepMs }) => {
      const runs = pathsOf(
        thin(values),
        (i, of) => x.at((i + 0.5) * own * values.length / of),
        y,
      );
      return runs.flatMap(({ path, from, to }) => [
        ...(area
          ? [node("path", {
            class: `area f-${color}`,
            d: `${path}L${to} ${BOX.bottom}L${from} ${BOX.bottom}Z`,
          })]
          : []),
        node("path", { class: `stroke s-${color}`, d: path }),
      ]);
    }),
  );
}

/** A plot's frame: title, legend and what is drawn. */
export function plot(
  title: string,
  legend: readonly Pick<Line, "label" | "color">[],
  ...children: DrawnNode[]
): DrawnNode {
  let at = LEFT;
  const keys = legend.flatMap(({ label, color }) => {
    const text = label.length > 28 ? `${label.slice(0, 27)}…` : label;
    const key = [
      node("rect", { class: `f-${color}`, x: at, y: 26, width: 10, height: 10, rx: 2 }),
      node("text", { x: at + 14, y: 35 }, text),
    ];
    at += 26 + text.length * 7;
    return at > WIDTH ? [] : key;
  });
  return node(
    "svg",
    {
      ...{ class: "plot", xmlns: "http://www.w3.org/2000/svg", role: "img" },
      ...{ viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-label": title },
    },
    node("rect", { class: "back", width: WIDTH, height: HEIGHT }),
    node("text", { class: "title", x: LEFT, y: 16 }, title),
    ...(legend.length > 1 ? keys : []),
    ...children,
  );
}

/** Lines and labels of both axes. */
export function grid(
  x: Scale,
  y: Scale,
  format: (value: number) => string,
  formatX: (value: number) => string = formatMoment,
): DrawnNode {
  const lines = y.ticks.map((tick) => `M${BOX.left} ${px(y.at(tick))}H${BOX.right}`).join("");
  return node(
    "g",
    {},
    node("path", { class: "grid", d: lines }),
    ...y.ticks.map((tick) =>
      node("text", { class: "end", x: BOX.left - 8, y: px(y.at(tick)) + 4 }, format(tick))
    ),
    ...x.ticks.map((tick) =>
      node("text", { class: "middle", x: px(x.at(tick)), y: BOX.bottom + 18 }, formatX(tick))
    ),
  );
}

/** Puts values together until there are few enough; a peak stays. */
function thin(values: readonly (number | null)[]): (number | null)[] {
  const join = Math.ceil(values.length / POINTS);
  if (join <= 1) return [...values];
  return Array.from({ length: Math.ceil(values.length / join) }, (_, i) => {
    const some = values.slice(i * join, (i + 1) * join).filter((value) => value !== null);
    return some.length === 0 ? null : Math.max(...some);
  });
}

/** One path for each run of values without a gap, and where it begins and ends. */
function pathsOf(
  values: readonly (number | null)[],
  x: (index: number, of: number) => number,
  y: Scale,
): { path: string; from: number; to: number }[] {
  const runs: { path: string; from: number; to: number }[] = [];
  let open: { path: string; from: number; to: number } | null = null;
  for (const [i, value] of values.entries()) {
    if (value === null) {
      open = null;
      continue;
    }
    const [left, top] = [px(x(i, values.length)), px(y.at(value))];
    if (open === null) runs.push(open = { path: `M${left} ${top}h.1`, from: left, to: left });
    else open.path += `L${left} ${top}`;
    open.to = left;
  }
  return runs;
}

/** Tenths of a pixel. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
