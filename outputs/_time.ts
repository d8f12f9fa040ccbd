const encoder = new TextEncoder();
const ZERO = 48;
/** Bytes of `2026-03-01T12:00:00.`, before the fraction of a second. */
const WHOLE_SECONDS = 20;
const FRACTION_DIGITS = 6;
/** Bytes of `2026-03-01T12:00:00.123456Z`. */
export const TIME_BYTES = WHOLE_SECONDS + FRACTION_DIGITS + 1;

/** RFC 3339 in UTC to the microsecond, as bytes: made once for samples of the same time. */
export class MicrosecondTime {
  /** The time, until the next is set. */
  readonly bytes: Uint8Array = new Uint8Array(TIME_BYTES);
  /** Its second since the epoch: all before the fraction changes with it alone. */
  second = NaN;
  #ms = NaN;

  /** Takes a time in milliseconds since the epoch. */
  set(ms: number): void {
    if (ms === this.#ms) return;
    this.#ms = ms;
    const microseconds = Math.round(ms * 1000);
    const second = Math.floor(microseconds / 1e6);
    if (second !== this.second) {
      this.second = second;
      const text = new Date(second * 1000).toISOString().replace(/\.\d+Z$/, ".000000Z");
      this.bytes.set(encoder.encode(text));
    }
    let rest = microseconds - second * 1e6;
    for (let at = WHOLE_SECONDS + FRACTION_DIGITS - 1; at >= WHOLE_SECONDS; at--) {
      const next = (rest / 10) | 0;
      this.bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
  }

  /** Writes only the fraction into a time of the same second that stands at `at`. */
  putFraction(into: Uint8Array, at: number): void {
    for (let i = WHOLE_SECONDS; i < WHOLE_SECONDS + FRACTION_DIGITS; i++) {
      into[at + i] = this.bytes[i]!;
    }
  }
}

/**
 * Makes times the bytes of a line, and remembers the last: samples come with equal or close times.
 * What it returns is good until the next call.
 */
export type TimeText = (ms: number) => Uint8Array;

/** RFC 3339 in UTC to the microsecond and `suffix`. */
export function rfc3339(suffix: string): TimeText {
  const time = new MicrosecondTime();
  const bytes = new Uint8Array([...time.bytes, ...encoder.encode(suffix)]);
  return (ms) => {
    time.set(ms);
    bytes.set(time.bytes);
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
