import { ipVersionOf } from "../../internal/mod.ts";

/** Which of several addresses comes first. */
export type Select = "first" | "random" | "roundRobin";

/** Which versions of IP are used, and which of them first. */
export type Policy = "preferIPv4" | "preferIPv6" | "onlyIPv4" | "onlyIPv6" | "any";

/** The IP versions of a policy, by preference; those of one group are equal. */
const GROUPS: Readonly<Record<Policy, readonly (readonly number[])[]>> = {
  preferIPv4: [[4], [6]],
  preferIPv6: [[6], [4]],
  onlyIPv4: [[4]],
  onlyIPv6: [[6]],
  any: [[4, 6]],
};

const MAX_TURNS = 1024;

/** Puts a name's addresses in the order in which they are to be tried. */
export class Order {
  readonly #select: Select;
  readonly #random: () => number;
  readonly #turns = new Map<string, number>();

  /** @param random numbers from 0 to 1, without 1 */
  constructor(select: Select, random: () => number) {
    this.#select = select;
    this.#random = random;
  }

  /** Groups by policy, each in its own order. */
  byPolicy(host: string, ips: readonly string[], policy: Policy): string[] {
    const groups = GROUPS[policy].map((versions) =>
      ips.filter((ip) => versions.includes(ipVersionOf(ip)))
    );
    const turn = this.#turn(host);
    return groups.flatMap((group) => this.#arrange(group, turn));
  }

  /** All in one order. */
  of<T>(host: string, entries: readonly T[]): T[] {
    return this.#arrange(entries, this.#turn(host));
  }

  #turn(host: string): number {
    if (this.#select !== "roundRobin") return 0;
    const turn = this.#turns.get(host) ?? 0;
    this.#turns.delete(host);
    this.#turns.set(host, turn + 1);
    if (this.#turns.size > MAX_TURNS) this.#turns.delete(this.#turns.keys().next().value!);
    return turn;
  }

  #arrange<T>(entries: readonly T[], turn: number): T[] {
    if (this.#select === "random") return shuffle(entries, this.#random);
    const start = entries.length === 0 ? 0 : turn % entries.length;
    return [...entries.slice(start), ...entries.slice(0, start)];
  }
}

/** Fisher and Yates. */
function shuffle<T>(entries: readonly T[], random: () => number): T[] {
  const all = [...entries];
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}
