const encoder = new TextEncoder();
const ZERO = 48;
/** Bytes of `2026-03-01T12:00:00.`, before the fraction of a second. */
const WHOLE_SECONDS = 20;
const FRACTION_DIGITS = 6;

/**
 * Makes times the bytes of a line, and remembers the last: samples come with equal or close times.
 * What it returns is good until the next call.
 */
export type TimeText = (ms: number) => Uint8Array;

/** RFC 3339 in UTC to the microsecond, `2026-03-01T12:00:00.123456Z`, and `suffix`. */
export function rfc3339(suffix: string): TimeText {
  let last = NaN;
  let second = NaN;
  let bytes = new Uint8Array(0);
  return (ms) => {
    if (ms === last) return bytes;
    last = ms;
    const microseconds = Math.round(ms * 1000);
    const whole = Math.floor(microseconds / 1e6);
    if (whole !== second) {
      second = whole;
      const text = new Date(whole * 1000).toISOString().replace(/\.\d+Z$/, ".000000Z");
      bytes = encoder.encode(text + suffix);
    }
    let rest = microseconds - whole * 1e6;
    for (let at = WHOLE_SECONDS + FRACTION_DIGITS - 1; at >= WHOLE_SECONDS; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    return bytes;
  };
}

/** Any other way to write a time: `keyOf` tells times apart, `textOf` writes the key. */
export function timeText(keyOf: (ms: number) => number, textOf: (key: number) => string): TimeText {
  let last = NaN;
  let bytes = new Uint8Array(0);
  return (ms) => {
    const key = keyOf(ms);
    if (key !== last) {
      last = key;
      bytes = encoder.encode(textOf(key));
    }
    return bytes;
  };
}
