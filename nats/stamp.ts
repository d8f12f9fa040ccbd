import type { MessageFrame } from "./scan.ts";

/** Where the time of publishing stands on a message: a header, or 8 bytes before the payload. */
export type StampPlace = "header" | "data";

/** The header with the time of publishing: milliseconds since 1970, with fractions. */
export const STAMP_HEADER = "Downpour-Sent";
/** Bytes that a stamp takes before the payload: a big-endian double. */
export const STAMP_BYTES = 8;

const view = new DataView(new ArrayBuffer(STAMP_BYTES));
const bytes = new Uint8Array(view.buffer);
const HEADER = new TextEncoder().encode(`\r\n${STAMP_HEADER}: `);

/** Milliseconds since 1970, with fractions: a clock that only goes forward. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** The payload with its stamp before it. */
export function stamped(payload: Uint8Array, sentAt: number): Uint8Array {
  const all = new Uint8Array(STAMP_BYTES + payload.length);
  view.setFloat64(0, sentAt);
  all.set(bytes);
  all.set(payload, STAMP_BYTES);
  return all;
}

/** The stamp before the payload of a frame, or NaN where there is none. */
export function dataStamp({ buffer, start, headerLength, end }: MessageFrame): number {
  const from = start + headerLength;
  if (end - from < STAMP_BYTES) return NaN;
  for (let i = 0; i < STAMP_BYTES; i++) bytes[i] = buffer[from + i]!;
  return view.getFloat64(0);
}

/** The stamp in the headers of a frame, or NaN where there is none. */
export function headerStamp({ buffer, start, headerLength }: MessageFrame): number {
  const end = start + headerLength;
  const at = buffer.subarray(start, end);
  const first = at.indexOf(HEADER[2]!);
  for (let i = first; i >= 2 && i >= 0; i = at.indexOf(HEADER[2]!, i + 1)) {
    if (!begins(at, i - 2)) continue;
    let text = "";
    for (let j = i - 2 + HEADER.length; j < at.length && at[j]! > 32; j++) {
      text += String.fromCharCode(at[j]!);
    }
    return text === "" ? NaN : Number(text);
  }
  return NaN;
}

function begins(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < HEADER.length; i++) if (bytes[at + i] !== HEADER[i]) return false;
  return true;
}
