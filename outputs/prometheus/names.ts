import type { Tags } from "../../metrics/mod.ts";

/** One label of a series. */
export type Label = readonly [name: string, value: string];

/** Labels that are Prometheus' own: a tag of such a name gets `tag_` before it. */
const RESERVED: readonly string[] = ["le", "quantile"];

/**
 * Tags as labels, sorted by name as remote write wants them, without empty values. What Prometheus
 * has no room for in a name becomes `_`; two tags that become one label share it, `a;b`.
 *
 * @param more labels of every series; a tag of the same name beats them
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
    if (value !== "" && !labels.has(labelName(name))) labels.set(labelName(name), value);
  }
  return [...labels].sort(byName);
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
