import { pairedRatio, type Spread } from "./stats.ts";
import { formatSpread, formatTable } from "./table.ts";

/** A figure with what it should be. */
export interface Goal {
  readonly figure: string;
  readonly value: Spread | null;
  readonly unit: string;
  /** `>=` when more is better. */
  readonly direction: ">=" | "<=";
  /** Null for a figure that is only to be known. */
  readonly goal: number | null;
  readonly aim: number | null;
}

/** A goal for the ratio of measurements taken in the same rounds. */
export function ratio(
  figure: string,
  direction: Goal["direction"],
  goal: number | null,
  aim: number | null,
  above: readonly (number | null)[],
  below: readonly (number | null)[],
): Goal {
  return { figure, value: pairedRatio(above, below), unit: "×", direction, goal, aim };
}

/** `aim`, `goal` or `missed`, by the median; empty for what was not measured or has no goal. */
export function verdict({ value, direction, goal, aim }: Goal): string {
  if (value === null || goal === null) return "";
  const reaches = (limit: number): boolean =>
    direction === ">=" ? value.median >= limit : value.median <= limit;
  if (aim !== null && reaches(aim)) return "aim";
  return reaches(goal) ? "goal" : "missed";
}

/** The table of those that were measured; null if none was. */
export function formatGoals(goals: readonly Goal[]): string | null {
  const measured = goals.filter((goal) => goal.value !== null);
  if (measured.length === 0) return null;
  const limit = (goal: Goal, value: number | null): string =>
    value === null ? "" : `${goal.direction === ">=" ? "≥" : "≤"} ${formatLimit(value)}`;
  return formatTable(
    ["figure", "median (min–max)", "unit", "goal", "aim", "reached"],
    measured.map((goal) => [
      goal.figure,
      formatSpread(goal.value),
      goal.unit,
      limit(goal, goal.goal),
      limit(goal, goal.aim),
      verdict(goal),
    ]),
  );
}

function formatLimit(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}
