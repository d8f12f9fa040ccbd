import type { RunResult } from "../runner/mod.ts";
import type { Style } from "./_style.ts";
import { type Cell, table } from "./_table.ts";
import { plain } from "./_text.ts";
import { outcomeValue } from "./_threshold_text.ts";
import { worstPart } from "./_worst.ts";

/** One line a rule: mark, metric, rule, value, and what did most to fail it. */
export function thresholdLines(result: RunResult, style: Style, width: number): string[] {
  if (result.thresholds.length === 0) return [];
  const rows = result.thresholds.map((outcome): Cell[] => {
    const paint = outcome.ok ? style.green : style.red;
    const worst = outcome.ok ? "" : worstPart(result, outcome);
    return [
      { text: `${outcome.ok ? "✓" : "✗"} ${plain(outcome.metric)}`, paint },
      plain(outcome.expression),
      { text: outcomeValue(result, outcome), paint },
      { text: worst === "" ? "" : `worst: ${worst}`, paint: style.dim },
    ];
  });
  return [style.bold("thresholds"), ...table(rows, { align: "llrl", width, least: 24 })];
}
