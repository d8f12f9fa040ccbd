import { OptionError } from "../internal/mod.ts";
import type { Series, Tags } from "../metrics/mod.ts";
import type { RunOutput } from "../runner/mod.ts";
import { addFixed } from "./_digits.ts";
import { lineFile } from "./_lines.ts";
import { rfc3339, type TimeText, timeText } from "./_time.ts";

/** How `csvOutput` writes times: k6's names. */
export type CsvTimeFormat = keyof typeof TIME_FORMATS;

/** Tags with a column of their own; all others share `extra_tags`. k6's, in its order. */
const COLUMNS = [
  ...["check", "error", "error_code", "expected_response", "group", "method", "name", "proto"],
  ...["scenario", "service", "status", "subproto", "tls_version", "url"],
] as const;
const HEADER = ["metric_name", "timestamp", "metric_value", ...COLUMNS, "extra_tags", "metadata"];

const TIME_FORMATS = {
  unix: () => timeText((ms) => Math.floor(ms / 1000), (second) => `${second},`),
  unix_milli: () => timeText(Math.floor, (ms) => `${ms},`),
  unix_micro: () => timeText(microseconds, (us) => `${us},`),
  unix_nano: () => timeText(microseconds, (us) => `${us}000,`),
  rfc3339: () => timeText((ms) => Math.floor(ms / 1000), (second) => `${dateText(second)},`),
  rfc3339_nano: () => rfc3339(","),
} as const satisfies Record<string, () => TimeText>;

const encoder = new TextEncoder();

/**
 * Every sample as a line of CSV (RFC 4180), with the columns of k6's `csv` output; values have six
 * digits behind the point.
 *
 * @param path `.gz` at its end packs it; `-` or nothing is standard output
 * @param timeFormat k6's `K6_CSV_TIME_FORMAT`. Default: `unix`, whole seconds.
 * @throws {OptionError} for another time format
 */
export function csvOutput(path: string, timeFormat: string = "unix"): RunOutput {
  const timeOf = timeFormatOf(timeFormat);
  const fixed = new Map<Series, { head: Uint8Array; tail: Uint8Array }>();

  function introduce(series: Series): { head: Uint8Array; tail: Uint8Array } {
    const made = {
      head: encoder.encode(`${series.metric.name},`),
      tail: encoder.encode(`,${tagFields(series.tags)},\n`),
    };
    fixed.set(series, made);
    return made;
  }

  return lineFile("csv", path, {
    start: () => `${HEADER.join(",")}\n`,
    line(chunk, series, time, value) {
      const { head, tail } = fixed.get(series) ?? introduce(series);
      chunk.add(head);
      chunk.add(timeOf(time));
      addFixed(chunk, value);
      chunk.add(tail);
    },
  });
}

function timeFormatOf(name: string): TimeText {
  if (Object.hasOwn(TIME_FORMATS, name)) return TIME_FORMATS[name as CsvTimeFormat]();
  throw new OptionError(
    "K6_CSV_TIME_FORMAT",
    `K6_CSV_TIME_FORMAT is not one of ${Object.keys(TIME_FORMATS).join(", ")}: "${name}"`,
  );
}

function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}

function dateText(second: number): string {
  return new Date(second * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The columns of tags, and what is left of them as `name=value&…`. */
function tagFields(tags: Tags): string {
  const own = COLUMNS.map((name) => tags.get(name) ?? "");
  const others = tags.entries.filter(([name]) => !(COLUMNS as readonly string[]).includes(name));
  const extra = others.map(([name, value]) => `${name}=${value}`).join("&");
  return [...own, extra].map(quoted).join(",");
}

function quoted(field: string): string {
  return /^\s|[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
