import type { ComparedRun, Comparison } from "../../results/compare/mod.ts";
import { resultOf } from "../../results/mod.ts";
import { type Family, familyOf } from "../data/families.ts";
import { pageData } from "../data/page_data.ts";
import { shapeOf } from "../data/shape.ts";
import type { PageData, Shape } from "../data/types.ts";
import { familiesIn, timedBy } from "../data/views.ts";

/** Most runs of a side that are drawn. */
const MAX_DRAWN = 3;

/** A run that is drawn among others. */
export interface DrawnRun {
  /** `7`, or `before: 7` where there are few. */
  readonly label: string;
  /** Name of its colour. */
  readonly color: string;
  readonly data: PageData;
  /** Of the whole load; null where nothing was timed. */
  readonly shape: Shape | null;
}

/** Both sides of a comparison, as they are drawn. */
export interface Sides {
  readonly family: Family;
  /** What the family is timed by; null without. */
  readonly timed: string | null;
  readonly runs: readonly DrawnRun[];
}

const COLORS = { before: ["c6", "c3", "c4"], after: ["c1", "c2", "c5"] } as const;

/** The runs of a comparison that are drawn, and what they are compared by: what all of them have. */
export function sidesOf({ before, after }: Comparison): Sides {
  const pages = [
    ...before.slice(0, MAX_DRAWN).map((run, i) => page("before", run, COLORS.before[i]!)),
    ...after.slice(0, MAX_DRAWN).map((run, i) => page("after", run, COLORS.after[i]!)),
  ];
  const all = pages.map(({ data }) => familiesIn(data.now).map(({ id }) => id));
  const common = all[0]?.find((id) => all.every((ids) => ids.includes(id)));
  const family = familyOf(common ?? "iterations");
  const timed = pages[0] === undefined ? null : timedBy(pages[0].data.now, family);
  return {
    family,
    timed,
    runs: pages.map(({ run, ...drawn }) => ({ ...drawn, shape: wholeShape(run, timed) })),
  };
}

function page(side: string, run: ComparedRun, color: string) {
  return { run, label: `${side} (${run.label})`, color, data: pageData(run.record) };
}

function wholeShape({ record }: ComparedRun, timed: string | null): Shape | null {
  const whole = timed === null ? undefined : resultOf(record).metrics.select(timed);
  return whole?.type === "trend" && whole.histogram.count > 0 ? shapeOf(whole.histogram) : null;
}
