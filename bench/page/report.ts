import { formatGoals, type Goal, ratio } from "../goals.ts";
import { spread } from "../stats.ts";
import { formatSpread, formatTable } from "../table.ts";
import type { FrameFigures, PaintFigures } from "./browse.ts";
import { TABS } from "./cases.ts";
import { type CostFigures, WAYS } from "./cost.ts";
import type { TabsFigures } from "./tabs.ts";
import type { Task } from "./trace.ts";

/** Everything that one run of `bench page` measured, one a round. */
export interface PageResults {
  readonly frames: FrameFigures[];
  readonly paint: PaintFigures[];
  readonly cost: CostFigures;
  readonly tabs: TabsFigures[];
  /** CPU of a small steady load, milliseconds a second. */
  readonly steady: { readonly without: number[]; readonly told: number[] };
  /** Milliseconds to the first live number. */
  readonly live: number[];
}

/** A page has so long for a frame, 60 a second. */
export const FRAME_MS = 16;

/** The figures that matter. */
export function pageGoals({ frames, paint, cost, tabs, steady, live }: PageResults): Goal[] {
  const rates = (way: typeof WAYS[number]) =>
    cost[way].map(({ requestsPerSecond }) => requestsPerSecond);
  const cpu = (way: typeof WAYS[number]) => cost[way].map(({ cpuUsPerRequest }) => cpuUsPerRequest);
  const atMost = (
    figure: string,
    values: readonly number[],
    unit: string,
    goal: number | null,
  ) => ({
    ...{ figure, value: spread(values), unit, direction: "<=" as const, goal, aim: null },
  });
  const extra = steady.told.map((told, round) => (told - steady.without[round]!) / 10);
  return [
    atMost(
      "an hour: CPU of a second's longest task, p95",
      longest(frames, "ticks", "cpuMs"),
      "ms",
      FRAME_MS,
    ),
    atMost("the same by the clock", longest(frames, "ticks", "ms"), "ms", null),
    atMost(
      "an hour: the same under the pointer, CPU, p95",
      longest(frames, "hovers", "cpuMs"),
      "ms",
      FRAME_MS,
    ),
    atMost("the same by the clock", longest(frames, "hovers", "ms"), "ms", null),
    atMost("an hour: the tab's process", frames.map(({ processMb }) => processMb), "MB", 100),
    atMost("of it a tab that shows nothing", frames.map(({ blankMb }) => blankMb), "MB", null),
    atMost("an hour: the scripts' heap", frames.map(({ heapMb }) => heapMb), "MB", null),
    atMost("first paint", paint.flatMap(({ paintMs }) => paintMs), "ms", 300),
    atMost("first number on the page", paint.flatMap(({ numbersMs }) => numbersMs), "ms", null),
    atMost("downpour URL to the first live number", live, "ms", 1000),
    ratio(
      `requests/s with ${TABS} tabs, of those before and after`,
      ">=",
      0.97,
      null,
      tabs.map(({ shown }) => shown),
      tabs.map(({ without }) => without),
    ),
    ratio(
      `requests/s with ${TABS} listeners, of those without`,
      ">=",
      0.97,
      null,
      rates("told"),
      rates("without"),
    ),
    atMost(`CPU for ${TABS} listeners, of the core that a shard takes`, extra, "%", 3),
    ratio(
      `CPU each with ${TABS} listeners, of that without`,
      "<=",
      1.03,
      null,
      cpu("told"),
      cpu("without"),
    ),
  ];
}

/** What a second's longest task takes, at the 95th percentile: one of twenty is the collector's. */
export function longest(
  frames: readonly FrameFigures[],
  when: "ticks" | "hovers",
  by: keyof Task,
): number[] {
  return frames.map((figures) => {
    const sorted = figures[when].map((task) => task[by]).sort((a, b) => a - b);
    return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? NaN;
  });
}

/** The tables that a run prints. */
export function formatPageResults(results: PageResults): string {
  const rows = WAYS.filter((way) => results.cost[way].length > 0).map((way) => [
    { without: "no page", told: `${TABS} listeners` }[way],
    formatSpread(spread(results.cost[way].map(({ requestsPerSecond }) => requestsPerSecond))),
    formatSpread(spread(results.cost[way].map(({ cpuUsPerRequest }) => cpuUsPerRequest))),
  ]);
  const column = (of: keyof TabsFigures) => formatSpread(spread(results.tabs.map((f) => f[of])));
  const held = [column("shown"), column("without")];
  const tables = [
    ...rows.length === 0 ? [] : [formatTable(["one shard", "requests/s", "CPU µs each"], rows)],
    ...results.tabs.length === 0
      ? []
      : [formatTable([`requests/s with ${TABS} tabs`, "before and after"], [held])],
  ];
  const goals = formatGoals(pageGoals(results));
  if (goals !== null) tables.push(goals);
  return tables.length === 0 ? "nothing was measured" : tables.join("\n\n");
}
