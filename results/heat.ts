/** Buckets of an octave: each is an eighth of it wide. */
const STEPS = 8;
/** The first octave's exponent: 2^-20, in milliseconds about a nanosecond. */
const LEAST = -20;
/** The last bucket, which takes all above 2^40 too. */
const LAST = (40 - LEAST) * STEPS;

const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);

/** The heat bucket of a value: 0 for all below 2^-20, then eight an octave, the last one from 2^40 on. */
export function heatBucket(value: number): number {
  if (!(value >= 2 ** LEAST)) return 0;
  FLOAT[0] = value;
  // Exponent and the first 3 bits of the mantissa.
  return Math.min(LAST, (WORDS[1]! >>> 17) - ((1023 + LEAST) << 3) + 1);
}

/** The values of a heat bucket: from the first number up to the second one. */
export function heatBounds(bucket: number): readonly [from: number, to: number] {
  return bucket <= 0 ? [0, 2 ** LEAST] : [lowerBound(bucket), lowerBound(bucket + 1)];
}

function lowerBound(bucket: number): number {
  const at = bucket - 1;
  return 2 ** (LEAST + Math.floor(at / STEPS)) * (1 + (at % STEPS) / STEPS);
}
