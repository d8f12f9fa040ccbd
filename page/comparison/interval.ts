import type { Change } from "../../results/compare/mod.ts";
import { type DrawnNode, node } from "../drawing/node.ts";
import { px } from "../drawing/time_plot.ts";

const [WIDTH, HEIGHT, EDGE] = [150, 18, 4];
/** As far as a scale goes at most, and at least: a change beyond is drawn at its end. */
const MOST = { relative: 2, points: 1, plain: Infinity } as const;
const LEAST = { relative: 0.1, points: 0.01, plain: 1 } as const;
const TONES = { worse: "bad", better: "good", different: "warn", noise: "c6" } as const;

/** As far as the intervals of some changes go from 0, by their scale. */
export type Spans = Readonly<Record<Change["scale"], number>>;

/** Finds it: one scale for a whole table, so that its rows can be compared. */
export function spansOf(changes: readonly Change[]): Spans {
  const span = (scale: Change["scale"]) => {
    const bounds = changes.filter((one) => one.scale === scale).flatMap((one) => [...one.interval])
      .map(Math.abs).filter(Number.isFinite);
    return Math.min(MOST[scale], Math.max(LEAST[scale], ...bounds));
  };
  return { relative: span("relative"), points: span("points"), plain: span("plain") };
}

/** An interval as a bar on both sides of no change; its text stands beside it. */
export function intervalBar(change: Change, spans: Spans): DrawnNode {
  const at = (value: number) => {
    const share = Math.max(-1, Math.min(1, value / spans[change.scale] || 0));
    return px(WIDTH / 2 + share * (WIDTH / 2 - EDGE));
  };
  const [low, high] = change.interval.map(at) as [number, number];
  const tone = TONES[change.verdict];
  const middle = HEIGHT / 2;
  return node(
    "svg",
    {
      ...{ class: "plot bar", width: WIDTH, height: HEIGHT, "aria-hidden": "true" },
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    },
    node("path", { class: "grid", d: `M${WIDTH / 2} 0V${HEIGHT}` }),
    node("path", { class: `stroke s-${tone}`, d: `M${low} ${middle}H${Math.max(low + 1, high)}` }),
    node("circle", { class: `f-${tone}`, cx: at(change.change), cy: middle, r: 3.5 }),
  );
}
