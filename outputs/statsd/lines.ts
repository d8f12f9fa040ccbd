import type { Metric, Tags } from "../../metrics/mod.ts";
import { MAX_DATAGRAM } from "./datagrams.ts";

/** How the lines of an output look. */
export interface Dialect {
  /** Before every name: `k6.` */
  readonly namespace: string;
  /** Whether tags are written, as DogStatsD has them: `|#a:1,b:2`. */
  readonly tags: boolean;
  /** Tags that are not. */
  readonly without: ReadonlySet<string>;
  /** Whether it is DogStatsD: lines of several values, gauges below zero as they are. */
  readonly datadog: boolean;
}

/** What stands around the value of each line of a series. */
export interface Frame {
  /** `k6.http_reqs` */
  readonly name: string;
  /** `|#method:GET`, or nothing. */
  readonly tags: string;
}

/** Names and tags are cut to these, bytes, so that every line fits into a datagram. */
const NAME_BYTES = 300;
const TAGS_BYTES = 900;

/** These protocols have no escapes: what would end a name, a tag or a line becomes `_`. */
const IN_NAMES = /[\s,|:#@]/g;
const IN_VALUES = /[\p{Cc},|#]/gu;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The frame of a series' lines.
 *
 * @param name instead of the metric's; cut where it is too long
 * @param suffix behind it
 */
export function frameOf(
  metric: Pick<Metric, "name">,
  { entries }: Pick<Tags, "entries">,
  { namespace, tags, without }: Dialect,
  name: string = metric.name,
  suffix = "",
): Frame {
  const full = cut(namespace + name.replace(IN_NAMES, "_"), NAME_BYTES) + suffix;
  if (!tags) return { name: full, tags: "" };
  let list = "";
  for (const [tag, value] of entries) {
    if (value === "" || without.has(tag)) continue;
    const one = `${tag.replace(IN_NAMES, "_")}:${value.replace(IN_VALUES, "_")}`;
    const longer = list === "" ? one : `${list},${one}`;
    // Half a tag would be another tag.
    if (bytesOf(longer) <= TAGS_BYTES) list = longer;
  }
  return { name: full, tags: list === "" ? "" : `|#${list}` };
}

function cut(text: string, bytes: number): string {
  const encoded = encoder.encode(text);
  if (encoded.length <= bytes) return text;
  return decoder.decode(encoded.subarray(0, bytes)).replace(/\uFFFD+$/, "");
}

/** `name:value|type|#tags` */
export function line({ name, tags }: Frame, value: number, type: string): string {
  return `${name}:${number(value)}|${type}${tags}`;
}

/**
 * The line that sets a gauge. To StatsD a sign means more or less than before, so that a value
 * below zero takes two lines, which go together or lose their tags.
 */
export function gaugeLine(frame: Frame, value: number, { datadog }: Dialect): string {
  const set = line(frame, value, "g");
  if (value >= 0 || datadog) return set;
  const both = `${line(frame, 0, "g")}\n${set}`;
  if (bytesOf(both) <= MAX_DATAGRAM) return both;
  const bare = { name: frame.name, tags: "" };
  return `${line(bare, 0, "g")}\n${line(bare, value, "g")}`;
}

/** A number to the sixth place, without an exponent: not every server reads one. */
export function number(value: number): string {
  return String(Number(value.toFixed(6)));
}

/** Bytes of a text as UTF-8. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}
