import type { Range, StressPlan } from "../plan.ts";
import type { Segment } from "../session/mod.ts";

/** Sessions of a plan, in all shards together. */
export function sessionsOf(plan: StressPlan): number {
  return plan.actions.reduce((sum, each) => each.kind === "create" ? sum + each.sessions : sum, 0);
}

/** The block of so many sessions that a shard has: blocks differ by one at most, the first are longer. */
export function blockOf(sessions: number, { index, count }: Segment): Range {
  const each = Math.floor(sessions / count);
  const longer = sessions % count;
  const from = index * each + Math.min(index, longer);
  return { from, to: from + each + (index < longer ? 1 : 0) };
}

/** What two ranges have in common; empty where `from` is not below `to`. */
export function overlap(a: Range, b: Range): Range {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}
