import { formatDuration } from "../internal/mod.ts";
import type { Inspection, Scenario } from "../runner/mod.ts";
import { optionTable } from "../runner/options/mod.ts";

/** How an inspection is printed. */
export interface InspectFormat {
  /** As JSON, not as a table. */
  readonly json: boolean;
  /** With `totalDuration` and `maxVUs`. */
  readonly requirements: boolean;
  /** Columns of the table. */
  readonly width: number;
}

/** Options that say what runs, in the order in which they are asked. */
const EXECUTION = ["scenarios", "stages", "iterations", "duration", "vus"];
const SECRET = "***";
const NOTHING = "-";

/** What `downpour inspect` prints: every option's value and where it comes from. */
export function renderInspection(inspection: Inspection, format: InspectFormat): string {
  const rows = rowsOf(inspection);
  const ignored = optionTable.filter((option) => option.ignored).map(({ name }) => name);
  const { totalDurationMs, maxVUs } = inspection;
  const requirements = format.requirements
    ? { totalDuration: durationText(totalDurationMs), maxVUs }
    : {};
  if (!format.json) {
    const looked = rows.filter(({ name, from }) => from !== "default" || !ignored.includes(name));
    return table(looked, requirements, format.width);
  }
  const values = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  const origins = Object.fromEntries(rows.map(({ name, from }) => [name, from]));
  return `${JSON.stringify({ ...values, ...requirements, origins }, null, 2)}\n`;
}

interface Row {
  readonly name: string;
  readonly value: unknown;
  readonly from: string;
}

function rowsOf({ options, merged: { values, origins } }: Inspection): Row[] {
  return optionTable.map(({ name, fallback }): Row => {
    if (name === "scenarios") {
      const value = Object.fromEntries(options.scenarios.map((one) => [one.name, shape(one)]));
      const from = new Set(EXECUTION.flatMap((option) => origins[option] ?? []));
      return { name, value, from: [...from].join(", ") || "default" };
    }
    const value = values[name] ?? fallback;
    return {
      name,
      value: name === "tlsAuth" ? withoutKeys(value) : value,
      from: origins[name] ?? "default",
    };
  });
}

/** A scenario as scripts write it, what its executor is about first. */
function shape(scenario: Scenario): unknown {
  const { name: _, executor, startTimeMs, gracefulStopMs, exec, env, tags, ...own } = scenario;
  return written({ executor, ...own, startTimeMs, gracefulStopMs, exec, env, tags });
}

function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) =>
      key.endsWith("Ms") && typeof field === "number"
        ? [key.slice(0, -2), durationText(field)]
        : [key, written(field)]
    ),
  );
}

/** A duration that reads back as what it was. */
function durationText(ms: number): string {
  if (ms === 0) return "0s";
  return ms % 1000 === 0 ? formatDuration(ms) : `${ms}ms`;
}

function withoutKeys(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((entry: object) => ({
    ...entry,
    key: SECRET,
    ..."password" in entry ? { password: SECRET } : {},
  }));
}

/** What was set first, the defaults below. */
function table(rows: readonly Row[], requirements: object, width: number): string {
  const set = rows.filter(({ from }) => from !== "default");
  const rest = rows.filter(({ from }) => from === "default");
  const cells = [
    ["option", "value", "from"],
    ...[...set, ...rest].flatMap(lines),
    ...Object.entries(requirements).map(([name, value]) => [name, String(value), "calculated"]),
  ] as [string, string, string][];
  const [names, values, origins] = [0, 1, 2].map((i) =>
    Math.max(...cells.map((row) => row[i]!.length))
  ) as [number, number, number];
  const most = Math.max(20, Math.min(values, width - names - Math.min(origins, 40) - 4));
  return cells
    .map(([name, value, from]) =>
      `${name.padEnd(names)}  ${cut(value, most).padEnd(most)}  ${from}\n`
    )
    .join("");
}

/** A line for each scenario, one for any other option. */
function lines({ name, value, from }: Row): [string, string, string][] {
  if (name !== "scenarios") return [[name, shown(value), from]];
  return Object.entries(value as object)
    .map(([scenario, fields]) => [`scenarios.${scenario}`, shown(fields), from]);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return NOTHING;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
