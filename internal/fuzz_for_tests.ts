/**
 * What fuzz targets are made of: numbers that a seed decides, cuts, and the shape of a target.
 * `tools/fuzz.ts` finds the files `x_fuzz_for_tests.ts` and runs what they export as `target`.
 *
 * @module
 */

/** Something to throw generated input at. */
export interface FuzzTarget {
  /** Lower case with hyphens: what `--target` takes. */
  readonly name: string;
  /** Runs one case, which both numbers decide, without those before it; throws when it went wrong. */
  runCase(seed: number, number: number): void | Promise<void>;
}

/** A target whose cases are made of nothing but `random`. */
export function fuzzTarget(
  { name, run }: { name: string; run(random: Random): void | Promise<void> },
): FuzzTarget {
  return {
    name,
    runCase: (seed, number) => run(new Random(seedOfCase(seed, name, number))),
  };
}

/** Numbers from a seed: mulberry32. */
export class Random {
  #state: number;

  /** @param seed a whole number; the same gives the same numbers */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** One of a list. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Up to `most` - 1 things. */
  list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most) }, make);
  }

  /** Up to `most` - 1 of `pieces`, one behind the other. */
  text(most: number, pieces: readonly string[]): string {
    return this.list(most, () => this.pick(pieces)).join("");
  }

  /** Bytes of any value. */
  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  /** The bytes with some changed, taken out, put in, repeated or cut off. */
  mutate(bytes: Uint8Array): Uint8Array {
    let result = [...bytes];
    for (let times = 1 + this.below(3); times > 0; times--) {
      const at = this.below(result.length + 1);
      const count = 1 + this.below(4);
      switch (this.below(5)) {
        case 0:
          if (at < result.length) result[at]! ^= 1 << this.below(8);
          break;
        case 1:
          result.splice(at, count);
          break;
        case 2:
          result.splice(at, 0, ...this.bytes(count));
          break;
        case 3:
          result.splice(at, 0, ...result.slice(at, at + count * 4));
          break;
        default:
          if (this.once(3)) result = result.slice(0, at);
          else result[at] = this.pick([0, 10, 13, 32, 48, 58, 127, 128, 255]);
      }
    }
    return Uint8Array.from(result);
  }

  /** The bytes in one piece, byte by byte, or cut anywhere. */
  pieces(bytes: Uint8Array): Uint8Array[] {
    const size = this.pick([1, 2, 7, 64, 1000]);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const next = at + 1 + this.below(size);
      pieces.push(bytes.slice(at, next));
      at = next;
    }
    return pieces;
  }
}

function seedOfCase(seed: number, target: string, number: number): number {
  let hash = 0x811c9dc5 ^ seed; // FNV-1a
  for (const char of `${target} ${number}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash;
}
