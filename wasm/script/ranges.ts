import type { Range } from "../plan.ts";

/** The same sessions in as few ranges as it takes, in order. */
export function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) {
      if (to > last.to) merged[merged.length - 1] = { from: last.from, to };
    } else if (from < to) merged.push({ from, to });
  }
  return merged;
}

/** The sessions that are in some of the first and in none of the second. */
export function without(ranges: readonly Range[], others: readonly Range[]): Range[] {
  const taken = merge(others);
  return merge(ranges).flatMap(({ from, to }) => {
    const left: Range[] = [];
    for (const other of taken) {
      if (other.to <= from || from >= to) continue;
      if (other.from >= to) break;
      if (other.from > from) left.push({ from, to: other.from });
      from = other.to;
    }
    if (from < to) left.push({ from, to });
    return left;
  });
}

/** The sessions that are in both. */
export function common(ranges: readonly Range[], others: readonly Range[]): Range[] {
  return without(ranges, without(ranges, others));
}

/** Ranges for people, as scripts write them: `0:50, 60:100`; empty for none. */
export function rangesText(ranges: readonly Range[]): string {
  const texts = merge(ranges).map(({ from, to }) => `${from}:${to}`);
  return texts.length <= SHOWN ? texts.join(", ") : `${texts.slice(0, SHOWN).join(", ")} …`;
}

const SHOWN = 8;
