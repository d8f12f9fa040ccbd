import { formatGoals, type Goal, ratio } from "../goals.ts";
import { spread } from "../stats.ts";
import { formatSpread, formatTable } from "../table.ts";
import { type Case, COMPARISONS } from "./cases.ts";
import type { NetResults, NetSample } from "./sample.ts";

/** The figures that matter: rates with their goals, and CPU to be known. */
export function netGoals(results: NetResults): Goal[] {
  const of = (name: string, field: keyof NetSample): (number | null)[] =>
    (results.get(name) ?? []).map((sample) => sample[field]);
  const rates = COMPARISONS.map(({ above, below, goal }) => {
    const [ours, theirs] = [of(above, "perSecond"), of(below, "perSecond")];
    return ratio(`rate, ${above} ÷ ${below}`, ">=", goal, null, ours, theirs);
  });
  const cpu = COMPARISONS.map(({ above, below }) => {
    const [ours, theirs] = [of(above, "cpuUsEach"), of(below, "cpuUsEach")];
    return ratio(`CPU, ${above} ÷ ${below}`, "<=", null, null, ours, theirs);
  });
  return [...rates, ...cpu];
}

/** The tables that a run prints. */
export function formatNetResults(cases: readonly Case[], results: NetResults): string {
  const tables = cases.filter(({ subjects }) => subjects.some(({ name }) => results.has(name)))
    .map((each) => caseTable(each, results));
  const goals = formatGoals(netGoals(results));
  if (goals !== null) tables.push(goals);
  return tables.length === 0 ? "nothing was measured" : tables.join("\n\n");
}

function caseTable({ title, unit, units, subjects }: Case, results: NetResults): string {
  const columns: [string, keyof NetSample][] = [
    [`${units}/s`, "perSecond"],
    [`CPU µs/${unit}`, "cpuUsEach"],
    ["cores", "cores"],
    ["p50 ms", "p50Ms"],
    ["p99 ms", "p99Ms"],
    ["sent again", "resent"],
  ];
  const spreads = columns.map(([heading, field]) => ({
    heading,
    // What is not timed, and datagrams that don't get lost, need no column.
    cells: subjects.map(({ name }) =>
      spread((results.get(name) ?? []).map((sample) => sample[field]))
    ),
  })).filter(({ cells }) => cells.some((cell) => cell !== null && cell.max > 0));
  return formatTable(
    [title, ...spreads.map(({ heading }) => heading)],
    subjects.map((
      { name },
      row,
    ) => [name, ...spreads.map(({ cells }) => formatSpread(cells[row]!))]),
  );
}
