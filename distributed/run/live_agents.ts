import type { Clock } from "../../runner/remote/mod.ts";
import type { Bus } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { AGENTS } from "../names.ts";
import { type AgentCard, readAgentCard } from "../wire/mod.ts";

/** Longer than it takes an agent to say again that it lives. */
const LOOK_MS = 1200;

/**
 * The agents of a pool that live: those whose card is written again within a moment. What is no card
 * is passed over.
 */
export async function liveAgents(
  { keys }: Pick<Bus, "keys">,
  time: Pick<Clock, "sleep">,
): Promise<AgentCard[]> {
  const before = new Map((await keys.list(AGENTS)).map(({ key, revision }) => [key, revision]));
  await time.sleep(LOOK_MS);
  const now = await keys.list(AGENTS);
  return now
    .filter(({ key, revision }) => before.get(key) !== revision)
    .flatMap(({ value }) => cardOf(value) ?? [])
    .toSorted((a, b) => a.id < b.id ? -1 : 1);
}

/** Agents of a pool as they say that they live, for as long as `signal` lets. */
export interface AgentsWatch {
  /** Those of which something was heard in the last moments. */
  live(): AgentCard[];
}

/** Watches the agents of a pool; resolves when those that are there are known. */
export async function watchAgents(
  { keys }: Pick<Bus, "keys">,
  time: Pick<Clock, "now">,
  signal: AbortSignal,
): Promise<AgentsWatch> {
  const cards = new Map<string, { value: Uint8Array; at: number }>();
  await keys.watch(AGENTS, (key, entry) => {
    if (entry === null) cards.delete(key);
    else cards.set(key, { value: entry.value, at: time.now() });
  }, signal);
  return {
    live: () =>
      [...cards.values()]
        .filter(({ at }) => time.now() - at < 2 * LOOK_MS)
        .flatMap(({ value }) => cardOf(value) ?? []),
  };
}

function cardOf(bytes: Uint8Array): AgentCard | null {
  try {
    return readAgentCard(bytes);
  } catch (error) {
    if (error instanceof PoolError) return null;
    throw error;
  }
}
