import type { Registry } from "../metrics/mod.ts";
import { isUserGroup } from "./_groups.ts";

/** One check, over all its series. */
export interface CheckNode {
  readonly name: string;
  /** Group path and name, joined with `::`. */
  readonly path: string;
  passes: number;
  fails: number;
}

/** A group of checks, as `group()` nests them; the root's name and path are empty. */
export interface GroupNode {
  readonly name: string;
  /** `::outer::inner`. */
  readonly path: string;
  readonly groups: GroupNode[];
  readonly checks: CheckNode[];
}

/** The groups and checks that a run met, from the tags of its `checks` and `group_duration` series. */
export function checkTree(metrics: Registry): GroupNode {
  const root: GroupNode = { name: "", path: "", groups: [], checks: [] };
  const groups = new Map<string, GroupNode>([["", root]]);
  const groupAt = (path: string): GroupNode => {
    const known = groups.get(path);
    if (known !== undefined) return known;
    const cut = Math.max(0, path.lastIndexOf("::"));
    const made: GroupNode = { name: path.slice(cut + 2), path, groups: [], checks: [] };
    groups.set(path, made);
    groupAt(path.slice(0, cut)).groups.push(made);
    return made;
  };
  for (const { tags } of metrics.series("group_duration")) {
    const path = tags.get("group") ?? "";
    if (isUserGroup(path)) groupAt(path);
  }
  const checks = new Map<string, CheckNode>();
  for (const { tags, aggregate } of metrics.series("checks")) {
    const name = tags.get("check");
    if (name === undefined || aggregate.type !== "rate") continue;
    const group = groupAt(tags.get("group") ?? "");
    const path = `${group.path}::${name}`;
    let check = checks.get(path);
    if (check === undefined) {
      check = { name, path, passes: 0, fails: 0 };
      checks.set(path, check);
      group.checks.push(check);
    }
    check.passes += aggregate.passes;
    check.fails += aggregate.total - aggregate.passes;
  }
  return root;
}

/** The checks of all groups, outer ones first. */
export function checkNodes(metrics: Registry): CheckNode[] {
  const all = (group: GroupNode): CheckNode[] => [...group.checks, ...group.groups.flatMap(all)];
  return all(checkTree(metrics));
}
