import type { PageLine, PageMetric, PageNow } from "../../data/types.ts";
import {
  formatBytes,
  formatClock,
  formatCount,
  formatNumber,
  formatShare,
  formatTime,
} from "../../drawing/format.ts";
import { h } from "../dom.ts";
import type { Part, View } from "../view.ts";
import { errorSamples } from "./error_samples.ts";
import { Tabs } from "./tabs.ts";

/** Lines of the log that are shown: the newest. */
const LINES = 500;

/** Thresholds, checks, errors, log, all metrics, and what ran. */
export function details(): Part {
  const panels = {
    thresholds: h("div", { class: "scroll" }),
    checks: h("div", { class: "scroll" }),
    errors: h("div", { class: "scroll" }),
    log: h("div", { class: "scroll log" }),
    metrics: h("div", { class: "scroll" }),
    about: h("div", { class: "scroll" }),
  };
  const titles = {
    ...{ thresholds: "Thresholds", checks: "Checks", errors: "Errors", log: "Log" },
    ...{ metrics: "Metrics", about: "About" },
  };
  let last: View | null = null;
  let shown = "";
  let shownList: unknown = null;
  const tabs = new Tabs(
    "Details",
    (Object.keys(panels) as (keyof typeof panels)[]).map((id) => ({
      ...{ id, title: titles[id], panel: panels[id] },
    })),
    () => refresh(),
  );
  /** Fills the panel that is seen, if what it shows has changed. */
  function refresh(): void {
    if (last === null) return;
    const id = tabs.chosen as keyof typeof panels;
    const rows = contents(id, last);
    const { log, samples } = last.data;
    const key = `${id} ${JSON.stringify(rows)}`;
    // Known by what it is: a full log is as long with other lines in it.
    const list = id === "log" ? log : samples;
    if (key === shown && list === shownList) return;
    shown = key;
    shownList = list;
    panels[id].replaceChildren(id === "log" ? logList(log) : listing(titles[id], rows));
    if (id === "errors") panels[id].append(...errorSamples(samples));
  }
  return {
    element: h("section", { class: "card details", "aria-label": "Details" }, tabs.element),
    update(view) {
      last = view;
      const { now, log } = view.data;
      const broken = now.thresholds.filter(({ ok }) => !ok).length;
      const fails = now.checks.filter(({ fails }) => fails > 0).length;
      tabs.mark("thresholds", broken || now.thresholds.length, broken > 0);
      tabs.mark("checks", fails || now.checks.length, fails > 0);
      const errors = now.errors.length + now.failures.length;
      tabs.mark("errors", errors, errors > 0);
      tabs.mark("log", log.length);
      refresh();
    },
  };
}

interface Listing {
  readonly heads: readonly string[];
  readonly rows: readonly { readonly tone: "ok" | "bad" | ""; readonly cells: readonly string[] }[];
  readonly empty: string;
}

function contents(id: string, { data }: View): Listing {
  const { now, run } = data;
  switch (id) {
    case "thresholds":
      return {
        heads: ["", "Rule", "Measured"],
        rows: now.thresholds.map(({ ok, metric, expression, text }) => ({
          tone: ok ? "ok" : "bad",
          cells: [ok ? "✓" : "✗", `${metric}  ${expression}`, text],
        })),
        empty: "The script has no thresholds",
      };
    case "checks":
      return {
        heads: ["", "Check", "Passed", "Failed", "Share"],
        rows: now.checks.map(({ groups, name, passes, fails }) => ({
          tone: fails === 0 ? "ok" : "bad",
          cells: [
            ...[fails === 0 ? "✓" : "✗", [...groups, name].join(" › ")],
            ...[formatCount(passes), formatCount(fails)],
            formatShare(passes / Math.max(1, passes + fails)),
          ],
        })),
        empty: "No check was made",
      };
    case "errors":
      return {
        heads: ["Error", "Count", "Where"],
        rows: [
          ...now.failures.map((text) => ({ tone: "bad" as const, cells: [text, "", "run"] })),
          ...now.errors.map(({ text, count, where }) => ({
            ...{ tone: "bad" as const, cells: [text, formatCount(count), where] },
          })),
        ],
        empty: "Nothing failed",
      };
    case "metrics":
      return metricsListing(now);
    case "about":
      return {
        heads: ["", ""],
        rows: [
          ["Name", run.name],
          ["Began", run.startedAt],
          ...run.scenarios.map(({ name, executor }) => [`Scenario ${name}`, executor]),
          ...run.facts,
          ...generatorFacts(now),
        ].map((cells) => ({ tone: "" as const, cells: cells as string[] })),
        empty: "",
      };
    default:
      return { heads: [], rows: [], empty: "" };
  }
}

function generatorFacts({ iterations, generator }: PageNow): string[][] {
  const { planned, started, completed, interrupted, dropped, thrown, late } = iterations;
  const counts = { planned, started, completed, interrupted, dropped, thrown, late };
  const facts = Object.entries(counts).map(([name, count]) => [
    `Iterations ${name}`,
    formatCount(count),
  ]);
  if (generator === null) return facts;
  const { verdict, reasons, cpuShare, loopLagP99Ms } = generator;
  const text = verdict === "kept-up" ? "kept up" : `was the limit: ${reasons.join(", ")}`;
  return [
    [
      "Generator",
      `${text} (CPU ${formatShare(cpuShare)}, loop lag p99 ${formatTime(loopLagP99Ms)})`,
    ],
    ...facts,
  ];
}

function metricsListing({ metrics }: PageNow): Listing {
  return {
    heads: ["Metric", "Kind", "Values"],
    rows: metrics.map((metric) => ({
      tone: "",
      cells: [metric.name, metric.type, valuesText(metric)],
    })),
    empty: "Nothing was measured yet",
  };
}

function valuesText({ type, contains, values }: PageMetric): string {
  const format = contains === "time"
    ? formatTime
    : contains === "data"
    ? formatBytes
    : formatNumber;
  return Object.entries(values).map(([stat, value]) => {
    if (stat === "count" || stat === "passes" || stat === "fails") {
      return `${stat} ${type === "counter" ? format(value) : formatCount(value)}`;
    }
    if (stat === "rate") {
      return type === "rate" ? formatShare(value) : `${format(value)}/s`;
    }
    return `${stat} ${format(value)}`;
  }).join("   ");
}

function listing(title: string, { heads, rows, empty }: Listing): HTMLElement {
  if (rows.length === 0) return h("p", { class: "empty" }, empty);
  return h(
    "table",
    { class: "plain" },
    h("caption", { class: "hidden" }, title),
    heads.every((head) => head === "") ? null : h(
      "thead",
      {},
      h("tr", {}, ...heads.map((head) => head === "" ? h("td") : h("th", { scope: "col" }, head))),
    ),
    h(
      "tbody",
      {},
      ...rows.map(({ tone, cells }) =>
        h("tr", { class: tone }, ...cells.map((text) => h("td", {}, text)))
      ),
    ),
  );
}

function logList(log: readonly PageLine[]): HTMLElement {
  if (log.length === 0) return h("p", { class: "empty" }, "Nothing was logged");
  return h(
    "ol",
    {},
    ...log.slice(-LINES).map(({ level, text, source, elapsedMs }) =>
      h(
        "li",
        { class: level },
        h("time", {}, formatClock(elapsedMs)),
        h("b", {}, level),
        h("span", { class: "source" }, source),
        h("pre", {}, text),
      )
    ),
  );
}
