/** What goes wrong on the way between a member and the servers. Chances are from 0 to 1. */
export interface MemoryFaults {
  /** How long each way takes, milliseconds: always so, or anything between two. Default: 0 */
  readonly delayMs?: number | readonly [least: number, most: number];
  /** Chance that what a member sends never arrives. Default: 0 */
  readonly drop?: number;
  /** Chance that a call is done and its answer never comes. Default: 0 */
  readonly lostAcks?: number;
  /** Chance that a live message is sent twice. Default: 0 */
  readonly duplicate?: number;
}

/** Whether it happens this time. Asks for no random number when it can't. */
export function happens(chance: number | undefined, random: () => number): boolean {
  return chance !== undefined && chance > 0 && random() < chance;
}

/** How long the way takes this time, milliseconds. */
export function delayOf({ delayMs = 0 }: MemoryFaults, random: () => number): number {
  if (typeof delayMs === "number") return delayMs;
  const [least, most] = delayMs;
  return least + random() * (most - least);
}
