import type { StreamSocket } from "../net/mod.ts";
import type { Scanner } from "./scan.ts";

const SMALLEST = 4 * 1024;
const LARGEST = 256 * 1024;
/** Reads in a row that filled little of the buffer before a smaller one is taken. */
const PATIENCE = 16;

/**
 * Reads a socket to its end and has `scanner` take it apart. What is delivered are views, so bytes
 * that were scanned are not overwritten while somebody may have one: reading goes on behind them, and
 * in a new buffer when this one is used up.
 *
 * @param first bytes that were read before
 * @param after is called after each chunk; says whether somebody may still have views of it
 * @throws {NetError} when reading fails; {NatsError} for bytes that aren't NATS
 */
export async function receive(
  socket: StreamSocket,
  scanner: Scanner,
  first: Uint8Array,
  after: () => boolean,
): Promise<void> {
  let buffer = new Uint8Array(Math.max(SMALLEST, first.length * 2));
  /** Where the frame begins that isn't whole yet, and how far was read. */
  let start = 0;
  let end = 0;
  /** Bytes from the beginning on that somebody may have views of. */
  let held = 0;
  let idle = 0;
  let count: number | null = first.length;
  buffer.set(first);
  for (;;) {
    end += count;
    idle = count * 4 < buffer.length ? idle + 1 : 0;
    if (end > start && end - start >= scanner.needed) {
      const at = scanner.scan(buffer, start, end);
      if (after()) held = at;
      start = at;
    }
    if (start === end) start = end = held;
    const { length } = buffer;
    const size = nextSize(length, Math.max(count, end - start), idle, scanner.needed);
    if (size !== length || (length - end) * 4 < length || start + scanner.needed > length) {
      const rest = buffer.subarray(start, end);
      if (held > 0 || size !== length) buffer = new Uint8Array(size);
      buffer.set(rest);
      [start, end, held, idle] = [0, rest.length, 0, 0];
    }
    count = await socket.readInto(end === 0 ? buffer : buffer.subarray(end));
    if (count === null) return;
  }
}

/** @param filled by the last read, or by the frame that isn't whole */
function nextSize(size: number, filled: number, idle: number, needed: number): number {
  let next = size;
  if (filled * 2 > size && size < LARGEST) next = size * 4;
  else if (idle > PATIENCE && size > SMALLEST) next = size / 4;
  next = Math.min(Math.max(next, SMALLEST), LARGEST);
  return needed > next ? needed + SMALLEST : next;
}
