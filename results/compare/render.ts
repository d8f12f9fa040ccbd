import { formatDuration } from "../../internal/mod.ts";
import { type Cell, plain, type Style, style as styleOf, table } from "../../report/mod.ts";
import type { Change, Comparison } from "./compare.ts";
import {
  changeName,
  changeText,
  countText,
  intervalText,
  methodText,
  ruleText,
  type Section,
  shownSections,
  sideText,
  valueText,
} from "./texts.ts";

/** How a comparison is drawn. */
export interface ComparisonView {
  /** Uses colours. Default: false. */
  readonly color?: boolean;
  /** Columns to fit into. Default: 100. */
  readonly width?: number;
  /** Shows parts of the load too in which nothing changed. Default: false. */
  readonly all?: boolean;
}

/** A comparison for a terminal: what changed by part of the load, the rules, what to keep in mind. */
export function renderComparison(comparison: Comparison, view: ComparisonView = {}): string {
  const { color = false, width = 100, all = false } = view;
  const style = styleOf(color);
  const { shown, hidden } = shownSections(comparison, all);
  const heads = ["", "before", "after", "change", "interval", "verdict"];
  const rows = [
    heads.map((head): Cell => ({ text: head, paint: style.dim })),
    ...shown.flatMap((one) => sectionRows(one, style)),
  ];
  const lines = [
    `${style.bold("compared")}  ${plain(sideText(comparison.before, formatDuration))}  with  ` +
    plain(sideText(comparison.after, formatDuration)),
    "",
    ...table(rows, { align: "lrrrll", width, least: 24, indent: 2 }),
    ...(hidden > 0 ? ["", `  ${hidden} more parts without a change (--all shows them)`] : []),
    "",
    ...ruleLines(comparison, style),
    `${style.bold("verdicts")}  ${countText(comparison)}`,
    `${style.bold("method")}    ${methodText(comparison)}`,
    ...comparison.notes.map((note) => `${style.bold("note")}      ${style.yellow(plain(note))}`),
  ];
  return `${lines.join("\n")}\n`;
}

function sectionRows({ name, changes }: Section, style: Style): Cell[][] {
  const title = name === "" ? [] : [[plain(name)]];
  const indent = name === "" ? "" : "  ";
  return [
    ...title,
    ...changes.map((change): Cell[] => {
      const paint = paintOf(change, style);
      return [
        indent + changeName(change),
        valueText(change, change.before),
        valueText(change, change.after),
        { text: changeText(change, change.change), paint },
        intervalText(change),
        { text: change.verdict, paint },
      ];
    }),
  ];
}

function ruleLines(comparison: Comparison, style: Style): string[] {
  if (comparison.rules.length === 0) return [];
  const lines = comparison.rules.map((judged) => {
    const mark = judged.ok ? style.green("✓") : style.red("✗");
    return `  ${mark} ${judged.rule.text}   ${plain(ruleText(judged))}`;
  });
  return [style.bold("fail on"), ...lines, ""];
}

function paintOf({ verdict }: Change, style: Style): (text: string) => string {
  switch (verdict) {
    case "worse":
      return style.red;
    case "better":
      return style.green;
    case "different":
      return style.yellow;
    case "noise":
      return style.dim;
  }
}
