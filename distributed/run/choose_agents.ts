import { VERSION } from "../../internal/mod.ts";
import { PoolError } from "../errors.ts";
import { type AgentCard, PROTOCOL } from "../wire/mod.ts";

/** What a run wants of a pool. */
export interface AgentsWanted {
  /** How many; null for all that are free. */
  readonly count: number | null;
  /** Labels that each must have, with these values. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Agents that a message names. */
const MAX_NAMED = 8;

/**
 * The agents that a run gets: of this version, with the labels, with a free slot; those that run the
 * least first, then by name.
 *
 * @param where the pool, for messages: `nats://127.0.0.1:4222`
 * @throws {PoolError} `pool_too_small`, or `pool_version` where agents of this version are too few
 */
export function chooseAgents(
  cards: readonly AgentCard[],
  { count, labels }: AgentsWanted,
  where: string,
): AgentCard[] {
  if (cards.length === 0) {
    throw tooSmall(
      `there is no agent in the pool at ${where}: start one by downpour agent --nats ${where}`,
    );
  }
  const labelled = cards.filter((card) => hasLabels(card, labels));
  if (labelled.length === 0) {
    throw tooSmall(
      `no agent has ${textOfLabels(labels)}: there ${areOrIs(cards)} ${named(cards, withLabels)}`,
    );
  }
  const ours = labelled.filter(isOfThisVersion);
  const free = ours.filter(({ running, slots }) => running.length < slots);
  const least = count ?? 1;
  if (ours.length < least && ours.length < labelled.length) {
    const others = labelled.filter((card) => !isOfThisVersion(card));
    throw new PoolError(
      "pool_version",
      `this is downpour ${VERSION}, and runs on agents of the same version alone: ` +
        named(others, ({ id, version }) => `${id} is ${version}`),
    );
  }
  if (free.length < least) {
    const busy = ours.filter((card) => !free.includes(card));
    const those = labelled.length < cards.length ? ` with ${textOfLabels(labels)}` : "";
    throw tooSmall(
      `${least} ${least === 1 ? "agent is" : "agents are"} wanted and ${free.length} ` +
        `${free.length === 1 ? "is" : "are"} free${those}: ` +
        [
          ...free.length > 0 ? [`free: ${named(free, ({ id }) => id)}`] : [],
          ...busy.length > 0 ? [`busy: ${named(busy, withRuns)}`] : [],
        ].join("; "),
    );
  }
  const chosen = free.toSorted((a, b) =>
    a.running.length - b.running.length || (a.id < b.id ? -1 : 1)
  );
  return chosen.slice(0, count ?? chosen.length);
}

/** Whether it may be used by this version. */
export function isOfThisVersion({ protocol, version }: AgentCard): boolean {
  return protocol === PROTOCOL && version === VERSION;
}

/** Whether it has all of the labels. */
export function hasLabels(card: AgentCard, labels: AgentsWanted["labels"]): boolean {
  return Object.entries(labels).every(([name, value]) => card.labels[name] === value);
}

/** Labels as people write them: `zone=eu, disk=fast`. */
export function textOfLabels(labels: AgentsWanted["labels"]): string {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(", ");
}

function tooSmall(message: string): PoolError {
  return new PoolError("pool_too_small", message);
}

function areOrIs(cards: readonly AgentCard[]): string {
  return cards.length === 1 ? "is" : "are";
}

function withLabels({ id, labels }: AgentCard): string {
  return `${id} (${textOfLabels(labels) || "no labels"})`;
}

function withRuns({ id, running }: AgentCard): string {
  return `${id} (runs ${running.join(", ")})`;
}

function named(cards: readonly AgentCard[], text: (card: AgentCard) => string): string {
  const more = cards.length - MAX_NAMED;
  return cards.slice(0, MAX_NAMED).map(text).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
