import { Histogram, type Registry } from "../metrics/mod.ts";

/** How long one group of a script took. */
export interface GroupTimes {
  /** `::outer::inner`. */
  readonly path: string;
  /** `group_duration` over all its series, milliseconds. */
  readonly durations: Histogram;
}

/** One entry a group, those within it behind it, as they were met first. */
export function groupTimes(metrics: Registry): GroupTimes[] {
  const found = new Map<string, Histogram>();
  for (const { tags, aggregate } of metrics.series("group_duration")) {
    const path = tags.get("group") ?? "";
    if (aggregate.type !== "trend" || !isUserGroup(path)) continue;
    const durations = found.get(path) ?? new Histogram();
    found.set(path, durations);
    durations.merge(aggregate.histogram);
  }
  const inside = Map.groupBy(found, ([path]) => parentOf(path, found));
  const within = (outer: string): GroupTimes[] =>
    (inside.get(outer) ?? [])
      .flatMap(([path, durations]) => [{ path, durations }, ...within(path)]);
  return within("");
}

/** The nearest group around one that has times of its own: a group that was cut off has none. */
function parentOf(path: string, known: ReadonlyMap<string, unknown>): string {
  const outer = path.slice(0, Math.max(0, path.lastIndexOf("::")));
  return outer === "" || known.has(outer) ? outer : parentOf(outer, known);
}

/** `outer › inner` of `::outer::inner`. */
export function pathLabel(path: string): string {
  return path.split("::").slice(1).join(" › ");
}

/** `setup` and `teardown` run in groups of their own, which are no part of the script's. */
export function isUserGroup(path: string): boolean {
  return path.startsWith("::") && path !== "::setup" && path !== "::teardown";
}
