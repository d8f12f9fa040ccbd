import type { RunResult } from "../runner/mod.ts";
import { checkTree, type GroupNode } from "./_check_tree.ts";
import { formatCount, formatShare } from "./_format.ts";
import { mostRows } from "./_most_rows.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { plain } from "./_text.ts";

/** Checks shown before the rest is only counted: passing ones give way first. */
const MOST_ROWS = 24;

/** Checks as a tree of groups, each with its pass rate, headed by the rate over all. */
export function checkLines(result: RunResult, style: Style, width: number): string[] {
  const root = checkTree(result.metrics);
  const total = { passes: 0, fails: 0, checks: 0 };
  count(root, total);
  if (total.checks === 0) return [];
  const made = total.passes + total.fails;
  const rows: Cell[][] = [];
  const hideGood = total.checks > mostRows(result, MOST_ROWS);
  addRows(root, 0, rows, style, hideGood);
  const head = `${style.bold("checks")}  ${formatShare(total.passes / made)}  ` +
    `${formatCount(total.passes)} of ${formatCount(made)} passed`;
  const hidden = hideGood ? [`  ${style.dim(`passing ones of ${total.checks} not shown`)}`] : [];
  return [head, ...table(rows, { align: "lrl", width }), ...hidden];
}

function count(group: GroupNode, total: { passes: number; fails: number; checks: number }): void {
  for (const { passes, fails } of group.checks) {
    total.passes += passes;
    total.fails += fails;
    total.checks++;
  }
  for (const inner of group.groups) count(inner, total);
}

function addRows(
  group: GroupNode,
  depth: number,
  rows: Cell[][],
  style: Style,
  hideGood: boolean,
): void {
  const indent = "  ".repeat(depth);
  for (const { name, passes, fails } of group.checks) {
    if (hideGood && fails === 0) continue;
    const paint = fails === 0 ? style.green : style.red;
    rows.push([
      { text: `${indent}${fails === 0 ? "✓" : "✗"} ${plain(name)}`, paint },
      { text: formatShare(passes / (passes + fails)), paint },
      fails === 0
        ? formatCount(passes)
        : `${formatCount(fails)} of ${formatCount(passes + fails)} failed`,
    ]);
  }
  for (const inner of group.groups) {
    const at = rows.length;
    addRows(inner, depth + 1, rows, style, hideGood);
    if (rows.length > at) rows.splice(at, 0, [`${indent}${plain(inner.name)}`]);
  }
}
