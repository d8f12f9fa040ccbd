import { currentContext } from "../../metrics/mod.ts";
import { OptionError } from "../../internal/mod.ts";

/** Key of a context's `locals` under which the virtual user's generator is. */
const GENERATOR = Symbol("downpour.random");

let installed = false;

/**
 * Makes `Math.random` a repeatable sequence for the virtual user that calls it: the same seed, the
 * same numbers, in every virtual user and run (not the same as k6's). Others keep theirs. Called
 * at the script's top level with a constant, every virtual user has the same sequence; with
 * `vu.idInTest` in it, each has its own.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { randomSeed } from "@downpour/downpour";
 *
 * randomSeed(7);
 * const first = Math.random();
 * randomSeed(7);
 * assert.equal(Math.random(), first);
 * ```
 *
 * @param seed any finite number
 * @throws {OptionError} when it is not
 */
export function randomSeed(seed: number): void {
  if (typeof seed !== "number" || !Number.isFinite(seed)) {
    throw new OptionError("randomSeed", `randomSeed needs a finite number: ${String(seed)}`);
  }
  install();
  currentContext().locals.set(GENERATOR, generator(seed));
}

/** From the first seed on, `Math.random` asks who is calling; those without a seed see no change. */
function install(): void {
  if (installed) return;
  installed = true;
  const unseeded = Math.random;
  Math.random = function random(): number {
    const seeded = currentContext().locals.get(GENERATOR) as (() => number) | undefined;
    return seeded === undefined ? unseeded() : seeded();
  };
}

/**
 * sfc32 (Chris Doty-Humphrey's "small fast counting" generator), two of its outputs for the 53 bits of
 * a number from 0 to below 1.
 */
function generator(seed: number): () => number {
  const words = new DataView(new ArrayBuffer(8));
  words.setFloat64(0, seed);
  let a = words.getUint32(0) | 0;
  let b = words.getUint32(4) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // The first outputs of near seeds are alike.
  for (let n = 0; n < 15; n++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
