import { formatDuration } from "../../internal/mod.ts";
import { markdownText } from "../../report/mod.ts";
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

const MARKS = { better: "🟢 better", worse: "🔴 worse", different: "🟡 different", noise: "noise" };

/**
 * A comparison as GitHub-flavoured Markdown, for a pull request. Names from scripts and servers are
 * shown as text, never as markup. Ends with a line break.
 */
export function comparisonMarkdown(comparison: Comparison, all = false): string {
  const { before, after, rules, notes } = comparison;
  const { shown, hidden } = shownSections(comparison, all);
  const failed = rules.some(({ ok }) => !ok);
  const mark = failed ? "❌ " : rules.length > 0 ? "✅ " : "";
  const sections = [
    `### ${mark}${markdownText(sideText(before, formatDuration), 500)} → ` +
    markdownText(sideText(after, formatDuration), 500),
    rules.map((judged) =>
      `- ${judged.ok ? "✅" : "❌"} ${markdownText(judged.rule.text)}: ` +
      markdownText(ruleText(judged), 500)
    ).join("\n"),
    markdownTable(shown),
    hidden > 0 ? `${hidden} more parts without a change.` : "",
    `${countText(comparison)}. ${markdownText(methodText(comparison), 500)}.`,
    notes.map((note) => `> ${markdownText(note, 500)}`).join("\n"),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function markdownTable(sections: readonly Section[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["", "before", "after", "change", "interval", ""]),
    "| :-- | --: | --: | --: | :-- | :-- |",
    ...sections.flatMap(({ name, changes }) => [
      ...(name === "" ? [] : [line([`**${markdownText(name)}**`, "", "", "", "", ""])]),
      ...changes.map((change) => line(cells(change))),
    ]),
  ].join("\n");
}

function cells(change: Change): string[] {
  return [
    markdownText(changeName(change)),
    valueText(change, change.before),
    valueText(change, change.after),
    changeText(change, change.change),
    intervalText(change),
    MARKS[change.verdict],
  ];
}
