import type { Metric, Tags } from "../../metrics/mod.ts";

/** One label of a series. */
export type Label = readonly [name: string, value: string];

/** Labels that are Prometheus' own: a tag of such a name gets `tag_` before it. */
const RESERVED: readonly string[] = ["le", "quantile", "tag_set"];
const TAG_SET = "tag_set";

/**
 * Tags as labels, sorted by name as remote write wants them, without empty values. What Prometheus
 * has no room for in a name becomes `_`; two tags that become one label share it, `a;b`.
 *
 * @param more labels beside them; a tag of the same name beats them
 */
export function labelsOf(tags: Tags, more: readonly Label[]): Label[] {
  const labels = new Map<string, string>();
  for (const [tag, value] of tags.entries) {
    if (value === "") continue;
    const name = labelName(tag);
    const known = labels.get(name);
    labels.set(name, known === undefined ? value : `${known};${value}`);
  }
  for (const [name, value] of more) {
    if (value !== "" && !labels.has(name)) labels.set(name, value);
  }
  return [...labels].sort(byName);
}

/**
 * Labels series by series, in an order that stays: where tags that differ give the same labels, as
 * `{a: ""}` and `{}` do, later series get a label `tag_set`. One that came twice would have
 * Prometheus refuse all that comes with it.
 */
export function labeller(more: readonly Label[]): (metric: Metric, tags: Tags) => Label[] {
  const seen = new Map<string, number>();
  return ({ name }, tags) => {
    const labels = labelsOf(tags, more);
    const key = JSON.stringify([name, labels]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? labels : labelsOf(tags, [...more, [TAG_SET, String(count)]]);
  };
}

/** Sorts by the bytes of the name; names are ASCII by now. */
export function byName([a]: Label, [b]: Label): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function labelName(tag: string): string {
  const name = tag.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=[0-9])/, "_");
  // Names with two underscores before them are for Prometheus itself.
  return RESERVED.includes(name) || name.startsWith("__") ? `tag_${name}` : name;
}
