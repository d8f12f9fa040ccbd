import { formatDuration } from "../../internal/mod.ts";
import {
  type Change,
  changeName,
  changeText,
  type ComparedRun,
  type Comparison,
  countText,
  intervalText,
  methodText,
  ruleText,
  type Section,
  shownSections,
  valueText,
} from "../../results/compare/mod.ts";
import { staticDocument } from "../document/document.ts";
import { type DrawnNode, markup, node } from "../drawing/node.ts";
import { PAGE_COLORS } from "../drawing/style.ts";
import { intervalBar, type Spans, spansOf } from "./interval.ts";
import { overlays } from "./plots.ts";
import { sidesOf } from "./sides.ts";
import { STYLE } from "./style.ts";

/**
 * A comparison as one HTML file without scripts that needs nothing from outside: what changed, and
 * the runs of both sides drawn one over the other.
 *
 * @param all shows parts of the load too in which nothing changed
 */
export async function renderComparisonPage(comparison: Comparison, all = false): Promise<string> {
  const labels = [comparison.before, comparison.after].map((side) =>
    side.map(({ label }) => label).join(", ")
  );
  const title = `${labels[0]} → ${labels[1]}`;
  const body = markup(pageBody(comparison, title, all));
  return await staticDocument({ title, style: PAGE_COLORS + STYLE, body });
}

function pageBody(comparison: Comparison, title: string, all: boolean): DrawnNode {
  const { before, after, rules, notes, changes } = comparison;
  const { shown, hidden } = shownSections(comparison, all);
  const spans = spansOf(changes);
  const sides = sidesOf(comparison);
  return node(
    "main",
    {},
    node(
      "header",
      {},
      node("h1", {}, title),
      node("p", { class: `pill ${toneOf(comparison)}` }, countText(comparison)),
    ),
    node("div", { class: "sides" }, sideCard("Before", before), sideCard("After", after)),
    ...(rules.length === 0 ? [] : [ruleList(comparison)]),
    ...notes.map((note) => node("p", { class: "note" }, note)),
    changeTable(shown, spans),
    node("p", { class: "dim" }, hidden === 0 ? "" : `${hidden} more parts without a change.`),
    node(
      "div",
      { class: "plots" },
      ...overlays(comparison, sides).map((one) => node("figure", { class: "card" }, one.node)),
    ),
    node("p", { class: "dim" }, `${methodText(comparison)}.`),
  );
}

function toneOf({ rules, changes }: Comparison): string {
  if (rules.length > 0) return rules.some(({ ok }) => !ok) ? "bad" : "good";
  const has = (verdict: Change["verdict"]) => changes.some((one) => one.verdict === verdict);
  return has("worse") ? "bad" : has("better") ? "good" : "dim";
}

function sideCard(title: string, side: readonly ComparedRun[]): DrawnNode {
  const runs = side.map(({ label, record }) =>
    node(
      "li",
      {},
      node("b", {}, label),
      ` ${record.name}, ${formatDuration(record.durationMs)}, ${record.startedAt}, `,
      `exit code ${record.exitCode}`,
    )
  );
  return node("section", { class: "card" }, node("h2", {}, title), node("ul", {}, ...runs));
}

function ruleList({ rules }: Comparison): DrawnNode {
  const items = rules.map((judged) =>
    node(
      "li",
      { class: judged.ok ? "good" : "bad" },
      `${judged.ok ? "✓" : "✗"} ${judged.rule.text}: ${ruleText(judged)}`,
    )
  );
  return node("section", { class: "card" }, node("h2", {}, "Fail on"), node("ul", {}, ...items));
}

const HEADS = ["", "Before", "After", "Change", "Interval", "", "Verdict"];

function changeTable(sections: readonly Section[], spans: Spans): DrawnNode {
  return node(
    "div",
    { class: "card scroll", role: "region", "aria-label": "What changed", tabindex: 0 },
    node(
      "table",
      {},
      node("thead", {}, node("tr", {}, ...HEADS.map(headCell))),
      ...sections.map(({ name, changes }) =>
        node(
          "tbody",
          {},
          ...(name === "" ? [] : [
            node("tr", {}, node("th", { scope: "rowgroup", colspan: HEADS.length }, name)),
          ]),
          ...changes.map((change) => changeRow(change, spans)),
        )
      ),
    ),
  );
}

function headCell(text: string): DrawnNode {
  return text === "" ? node("td") : node("th", { scope: "col" }, text);
}

function changeRow(change: Change, spans: Spans): DrawnNode {
  return node(
    "tr",
    { class: change.verdict },
    node("td", {}, changeName(change)),
    node("td", {}, valueText(change, change.before)),
    node("td", {}, valueText(change, change.after)),
    node("td", { class: "change" }, changeText(change, change.change)),
    node("td", {}, intervalText(change)),
    node("td", {}, intervalBar(change, spans)),
    node("td", { class: "change" }, change.verdict),
  );
}
