import type { StreamSocket } from "../net/mod.ts";
import type { Scanner } from "./scan.ts";

const SMALLEST = 4 * 1024;
const LARGEST = 256 * 1024;
/** Reads in a row that filled little of the buffer before a smaller one is taken. */
const PATIENCE = 16;

/**
 * Reads a socket to its end and has `scanner` take it apart. What is delivered are views, so bytes
 * that were scanned are never overwritten: short reads are copied and the buffer used again, long
 * ones keep the buffer and reading goes on in a new one.
 *
 * @param first bytes that were read before
 * @param after is called after each chunk
 * @throws {NetError} when reading fails; {NatsError} for bytes that aren't NATS
 */
export async function receive(
  socket: StreamSocket,
  scanner: Scanner,
  first: Uint8Array,
  after: () => void,
): Promise<void> {
  let buffer = new Uint8Array(Math.max(SMALLEST, first.length * 2));
  let kept = 0;
  let idle = 0;
  let count: number | null = first.length;
  buffer.set(first);
  for (;;) {
    if (count > 0) {
      const end: number = kept + count;
      if (end >= scanner.needed) {
        const isShort = end * 4 < buffer.length;
        const scanned: Uint8Array<ArrayBuffer> = isShort ? buffer.slice(0, end) : buffer;
        const at = scanner.scan(scanned, 0, end);
        after();
        idle = isShort && at === end ? idle + 1 : 0;
        const next = nextSize(buffer.length, end, idle, scanner.needed);
        if (next < buffer.length) idle = 0;
        // Views of what was scanned in place may have been handed out.
        if ((!isShort && at > 0) || next !== buffer.length) buffer = new Uint8Array(next);
        kept = end - at;
        if (kept > 0 && (buffer !== scanned || at > 0)) buffer.set(scanned.subarray(at, end));
      } else kept = end;
    }
    count = await socket.readInto(kept === 0 ? buffer : buffer.subarray(kept));
    if (count === null) return;
  }
}

function nextSize(size: number, filled: number, idle: number, needed: number): number {
  let next = size;
  if (filled * 2 > size && size < LARGEST) next = size * 4;
  else if (idle > PATIENCE && size > SMALLEST) next = size / 4;
  next = Math.min(Math.max(next, SMALLEST), LARGEST);
  return needed > next ? needed : next;
}
