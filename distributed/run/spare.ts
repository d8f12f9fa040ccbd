import type { AgentCard } from "../wire/mod.ts";
import { hasLabels, isOfThisVersion } from "./choose_agents.ts";

/**
 * The agent that takes over from a lost one, of those with a free slot: one that is not in the run, or
 * else the one that does the least of it; null when there is none.
 *
 * @param used agents of the run, by part
 * @param lost those that are lost
 */
export function chooseSpare(
  cards: readonly AgentCard[],
  used: readonly string[],
  lost: ReadonlySet<string>,
  labels: Readonly<Record<string, string>>,
): string | null {
  const partsOf = (id: string) => used.filter((one) => one === id).length;
  const [first] = cards
    .filter((card) =>
      !lost.has(card.id) && card.running.length < card.slots && isOfThisVersion(card) &&
      hasLabels(card, labels)
    )
    .toSorted((a, b) =>
      partsOf(a.id) - partsOf(b.id) || a.running.length - b.running.length || (a.id < b.id ? -1 : 1)
    );
  return first?.id ?? null;
}
