import { escapeTag } from "../../internal/mod.ts";
import type { Aggregate, Metric, Tags } from "../../metrics/mod.ts";
import type { TrendStat } from "../_trend_stats.ts";

/** How a tag is written that is to be a field. */
export type FieldType = "string" | "int" | "float" | "bool";

/** Tag keys that the database keeps for itself. */
const RESERVED: readonly string[] = ["time", "_time", "_field", "_measurement"];

/**
 * The beginning of each line of a series: measurement and tags, by InfluxDB's line protocol
 * (https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/).
 *
 * @param without tags to leave out
 */
export function lineHead(
  { name }: Metric,
  { entries }: Pick<Tags, "entries">,
  without: ReadonlyMap<string, unknown> = new Map(),
): string {
  let head = name;
  for (const [tag, value] of entries) {
    if (value === "" || without.has(tag)) continue;
    head += `,${escapeTag(RESERVED.includes(tag) ? `tag_${tag}` : tag)}=${escapeTag(value)}`;
  }
  return head;
}

/**
 * Tags as fields, each with a comma before it; what is not of its type is left out, as one such
 * field would have the whole line refused.
 */
export function tagFields(
  { entries }: Pick<Tags, "entries">,
  types: ReadonlyMap<string, FieldType>,
): string {
  let fields = "";
  for (const [tag, value] of entries) {
    const type = types.get(tag);
    const text = type === undefined || value === "" ? null : fieldText(value, type);
    if (text !== null) fields += `,${escapeTag(tag)}=${text}`;
  }
  return fields;
}

function fieldText(value: string, type: FieldType): string | null {
  switch (type) {
    case "string":
      return `"${value.replace(/["\\]/g, "\\$&")}"`;
    case "int":
      return /^-?\d{1,18}$/.test(value) ? `${value}i` : null;
    case "float":
      return value.trim() !== "" && Number.isFinite(Number(value)) ? String(Number(value)) : null;
    case "bool":
      return value === "true" || value === "false" ? value : null;
  }
}

/** What came to a series in an interval, as fields. */
export function changeFields(change: Aggregate, stats: readonly TrendStat[]): string {
  switch (change.type) {
    case "counter":
      return `value=${change.total}`;
    case "gauge":
      return `value=${change.value}`;
    case "rate": {
      const { passes, total } = change;
      return `value=${total === 0 ? 0 : passes / total},passes=${passes},total=${total}`;
    }
    case "trend":
      return stats.map(({ suffix, read }) => `${suffix}=${read(change.histogram)}`).join(",");
  }
}
