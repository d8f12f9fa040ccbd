import { formatGoals, type Goal } from "../goals.ts";
import { spread } from "../stats.ts";
import { formatNumber, formatSpread, formatTable } from "../table.ts";
import { CODEC_CASES, WRPC_CASES } from "./cases.ts";
import type { WrpcFigure } from "./ours.ts";

/** Everything that one run of `bench wrpc` measured. */
export interface WrpcResults {
  /** By title, one a round. */
  readonly rates: ReadonlyMap<string, readonly WrpcFigure[]>;
  /** Of the codec, one a round. */
  readonly codec: readonly Readonly<Record<string, number>>[];
}

/** The figures that matter. */
export function wrpcGoals({ rates, codec }: WrpcResults): Goal[] {
  const goals: Goal[] = [];
  for (const { title, units, goal, cpuGoalUs } of WRPC_CASES) {
    const found = rates.get(title);
    if (found === undefined) continue;
    const value = spread(found.map(({ perSecond }) => perSecond));
    goals.push({ figure: title, value, unit: `${units}/s`, direction: ">=", goal, aim: null });
    if (cpuGoalUs === null) continue;
    goals.push({
      figure: `${title}, CPU of the client for each`,
      value: spread(found.map(({ cpuUs }) => cpuUs)),
      ...{ unit: "µs", direction: "<=", goal: cpuGoalUs, aim: null },
    });
  }
  if (codec.length === 0) return goals;
  for (const { figure, unit, goal } of CODEC_CASES) {
    const value = spread(codec.map((figures) => figures[figure]));
    goals.push({ figure, value, unit, direction: ">=", goal, aim: null });
  }
  return goals;
}

/** The tables that a run prints. */
export function formatWrpcResults(results: WrpcResults): string {
  const rows = WRPC_CASES.flatMap(({ title, units }) => {
    const found = results.rates.get(title);
    if (found === undefined || found.length === 0) return [];
    const cpu = spread(found.map(({ cpuUs }) => cpuUs))?.median;
    return [[
      title,
      formatSpread(spread(found.map(({ perSecond }) => perSecond))),
      units,
      formatNumber(cpu),
    ]];
  });
  const head = ["one shard", "each second", "of", "client's CPU µs a call"];
  const tables = rows.length === 0 ? [] : [formatTable(head, rows)];
  const goals = formatGoals(wrpcGoals(results));
  if (goals !== null) tables.push(goals);
  return tables.length === 0 ? "nothing was measured" : tables.join("\n\n");
}
