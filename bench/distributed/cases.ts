/** What `--only` can choose. */
export const DISTRIBUTED_PARTS: readonly string[] = [
  ...["speed", "barrier", "killed", "hundred", "page", "thousand"],
];

/** Agents of which the start is compared. */
export const BARRIER_AGENTS = 4;
/** How many agents are simulated. */
export const HUNDRED = 100;
export const THOUSAND = 1000;
