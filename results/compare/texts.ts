import {
  formatBytes,
  formatNumber,
  formatRate,
  formatShare,
  formatTime,
  sharedOrigin,
} from "../../report/mod.ts";
import type { Change, ComparedRun, Comparison, JudgedRule } from "./compare.ts";
import { endpointText } from "./names.ts";
import { statisticName } from "./statistic.ts";

/** Changes of the whole load or of one of its parts. */
export interface Section {
  /** Empty for the whole load. */
  readonly name: string;
  readonly changes: readonly Change[];
}

/** Parts that are shown even if nothing changed in them. */
const FEW = 5;

/** The changes by part of the load: the whole first. */
export function sectionsOf({ changes }: Comparison): Section[] {
  const origin = sharedOrigin(changes.flatMap(({ tags }) => tags["name"] ?? []));
  const found = new Map<string, Change[]>();
  for (const change of changes) {
    const { name, ...others } = change.tags;
    const short = name?.startsWith(origin) ? name.slice(origin.length) || "/" : name;
    const key = endpointText(short === undefined ? others : { ...others, name: short });
    const known = found.get(key);
    if (known === undefined) found.set(key, [change]);
    else known.push(change);
  }
  return [...found].map(([name, changes]) => ({ name, changes }));
}

/** Those worth showing: of many parts only where something changed; and how many are left out. */
export function shownSections(
  comparison: Comparison,
  all: boolean,
): { shown: Section[]; hidden: number } {
  const sections = sectionsOf(comparison);
  if (all || sections.length <= FEW + 1) return { shown: sections, hidden: 0 };
  const shown = sections.filter(({ name, changes }) =>
    name === "" || changes.some(({ verdict }) => verdict !== "noise")
  );
  return { shown, hidden: sections.length - shown.length };
}

/** `http_req_duration p99`. */
export function changeName({ metric, statistic }: Change): string {
  return `${metric.name} ${statisticName(statistic)}`;
}

/** `6 (load.ts, 10s) and 7`. */
export function sideText(side: readonly ComparedRun[], seconds: (ms: number) => string): string {
  return side.map(({ label, record }) => `${label} (${record.name}, ${seconds(record.durationMs)})`)
    .join(", ");
}

/** A value in its unit. */
export function valueText({ metric, statistic }: Change, value: number): string {
  if (statistic.kind === "share") return formatShare(value);
  if (statistic.kind === "rate") return formatRate(value);
  if (metric.contains === "time") return formatTime(value);
  return metric.contains === "data" ? formatBytes(value) : formatNumber(value);
}

/** `+12.3%`, of shares `+1.2 points`, of counters of errors `+3/s`. */
export function changeText({ scale }: Change, change: number): string {
  switch (scale) {
    case "relative":
      return `${signed(change * 100, 1)}%`;
    case "points":
      return `${signed(change * 100, 2)} pt`;
    case "plain":
      return `${signed(change, 2)}/s`;
  }
}

/** `+1.2% … +30%`. */
export function intervalText(change: Change): string {
  return change.interval.map((bound) => changeText(change, bound)).join(" … ");
}

/** What a rule was judged on, worst first: `http_req_duration p99 +13.2% (+8.1% … +18.9%)`. */
export function ruleText({ changes }: JudgedRule): string {
  const [first, ...more] = changes;
  if (first === undefined) return "nothing to compare";
  const part = endpointText(first.tags);
  return `${changeName(first)}${part === "" ? "" : ` of ${part}`} ` +
    `${changeText(first, first.change)} (${intervalText(first)})` +
    (more.length === 0 ? "" : `, and ${more.length} more`);
}

/** How the intervals came about. */
export function methodText({ confidence, relevance, resamples, seed }: Comparison): string {
  const percent = (share: number) => `${Number((share * 100).toPrecision(6))}%`;
  return `${percent(confidence)} intervals of ${resamples} resamples, seed ${seed}; ` +
    `changes under ${percent(relevance)} (of shares ${
      Number((relevance * 10).toPrecision(6))
    } pt) ` +
    "are noise";
}

/** How many of each verdict there are: `2 worse, 18 noise`. */
export function countText({ changes }: Comparison): string {
  const verdicts = ["worse", "better", "different", "noise"] as const;
  return verdicts.flatMap((verdict) => {
    const count = changes.filter((change) => change.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  }).join(", ");
}

function signed(value: number, digits: number): string {
  // Beyond that an interval says that nothing is known.
  if (!(Math.abs(value) < 10_000)) return value > 0 ? "+∞" : "-∞";
  const large = Math.abs(value) >= 100;
  const text = Math.abs(value).toFixed(large ? 0 : digits);
  if (Number(text) === 0) return Number(0).toFixed(digits);
  return (value < 0 ? "-" : "+") + text;
}
