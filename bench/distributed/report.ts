import { formatGoals, type Goal, ratio } from "../goals.ts";
import { spread } from "../stats.ts";
import { formatSpread, formatTable } from "../table.ts";
import { FRAME_MS, longest } from "../page/report.ts";
import type { BarrierFigure } from "./barrier.ts";
import type { ManyFigure } from "./many.ts";
import type { SpeedRound } from "./speed.ts";

/** Everything that one run of `bench distributed` measured, one a round. */
export interface DistributedResults {
  readonly speed: SpeedRound[];
  readonly barrier: BarrierFigure[];
  /** Milliseconds until a killed agent was noticed. */
  readonly killed: number[];
  readonly hundred: ManyFigure[];
  /** As many, with a browser that shows the live page. */
  readonly page: ManyFigure[];
  readonly thousand: ManyFigure[];
}

/** The figures that matter. */
export function distributedGoals(results: DistributedResults): Goal[] {
  const { speed, barrier, killed, hundred, page, thousand } = results;
  const frames = page.flatMap((figure) => figure.page ?? []);
  const least = { direction: "<=", aim: null } as const;
  const of = <T>(figures: readonly T[], value: (figure: T) => number) => spread(figures.map(value));
  const perSecond = (which: keyof SpeedRound) => speed.map((round) => round[which].perSecond);
  const cpu = (which: keyof SpeedRound) => speed.map((round) => round[which].cpuUs);
  return [
    ratio("two agents, of one", ">=", 1.7, null, perSecond("two"), perSecond("one")),
    ratio("one agent, of a plain run", ">=", 0.98, null, perSecond("one"), perSecond("local")),
    ratio("CPU of an iteration, of a plain run's", "<=", 1.02, null, cpu("one"), cpu("local")),
    {
      ...{ ...least, figure: "start of the agents, spread", unit: "ms", goal: 5 },
      value: of(barrier, ({ spreadMs }) => spreadMs),
    },
    {
      ...{ ...least, figure: "a killed agent is noticed", unit: "s", goal: 3 },
      value: of(killed, (ms) => ms / 1000),
    },
    {
      ...{ ...least, figure: "coordinator of 100 agents", unit: "% of a core", goal: 50 },
      value: of(hundred, ({ cpuShare }) => cpuShare * 100),
    },
    {
      ...{ ...least, figure: "its memory", unit: "MB", goal: 200 },
      value: of(hundred, ({ mostRssBytes }) => mostRssBytes / 1e6),
    },
    {
      ...{ ...least, figure: "page of 100 agents: CPU of a second's longest task, p95" },
      ...{ unit: "ms", goal: FRAME_MS, value: spread(longest(frames, "ticks", "cpuMs")) },
    },
    {
      ...{ ...least, figure: "the same by the clock", unit: "ms", goal: null },
      value: spread(longest(frames, "ticks", "ms")),
    },
    {
      ...{ ...least, figure: "1,000 agents take more", unit: "% of a core", goal: 100 },
      value: spread(thousand.map(({ cpuShare }, round) => {
        const less = hundred[round]?.cpuShare;
        return less === undefined ? null : (cpuShare - less) * 100;
      })),
    },
  ];
}

/** The tables that a run prints. */
export function formatDistributedResults(results: DistributedResults): string {
  const { speed, barrier, hundred, page, thousand } = results;
  const row = (name: string, unit: string, values: readonly number[]) => [
    ...[name, formatSpread(spread(values)), unit],
  ];
  const many = (name: string, figures: readonly ManyFigure[]) => [
    row(`${name}: coordinator`, "% of a core", figures.map(({ cpuShare }) => cpuShare * 100)),
    row(`${name}: its memory`, "MB", figures.map(({ mostRssBytes }) => mostRssBytes / 1e6)),
    row(
      `${name}: server`,
      "% of a core",
      figures.map(({ serverCpuShare }) => serverCpuShare * 100),
    ),
  ];
  const rows = [
    ...(["local", "one", "two"] as const).flatMap((which) => {
      const name = { local: "plain run", one: "one agent", two: "two agents" }[which];
      return [
        row(name, "iterations/s", speed.map((round) => round[which].perSecond)),
        row(`${name}: CPU`, "µs/iteration", speed.map((round) => round[which].cpuUs)),
      ];
    }),
    row("clock of an agent, error", "ms", barrier.map(({ clockErrorMs }) => clockErrorMs)),
    ...many("100 agents", hundred),
    ...many("100 agents and the page", page),
    ...many("1,000 agents", thousand),
  ].filter(([, value]) => value !== formatSpread(null));
  const goals = formatGoals(distributedGoals(results));
  if (rows.length === 0 && goals === null) return "nothing was measured";
  return [
    ...rows.length === 0 ? [] : [formatTable(["figure", "median (min–max)", "unit"], rows)],
    ...goals === null ? [] : [goals],
  ].join("\n\n");
}
