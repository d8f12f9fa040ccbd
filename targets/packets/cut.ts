import type { PacketSplit } from "./options.ts";

/** Packets of one `coalesced` write; half of the next goes with them. */
const TOGETHER = 4;

/**
 * The writes that some packets go out in. Put together they are the packets' bytes, whatever the
 * split.
 */
export function cut(
  packets: readonly Uint8Array[],
  split: PacketSplit,
  headerSize: number,
): Uint8Array[] {
  switch (split) {
    case "whole":
      return [join(packets)];
    case "bytes":
      return packets.flatMap((packet) => Array.from(packet, (_, i) => packet.subarray(i, i + 1)));
    case "header":
      return packets.flatMap((packet) => cutHeader(packet, headerSize));
    case "coalesced":
      return coalesced(packets);
  }
}

function cutHeader(packet: Uint8Array, headerSize: number): Uint8Array[] {
  const middle = headerSize >> 1;
  const parts = [
    packet.subarray(0, middle),
    packet.subarray(middle, headerSize),
    packet.subarray(headerSize),
  ];
  return parts.filter(({ length }) => length > 0);
}

function coalesced(packets: readonly Uint8Array[]): Uint8Array[] {
  const writes: Uint8Array[] = [];
  let rest: Uint8Array | undefined;
  for (let i = 0; i < packets.length; i += TOGETHER) {
    const together = packets.slice(i, i + TOGETHER);
    if (rest !== undefined) together[0] = rest;
    const next = packets[i + TOGETHER];
    const half = (next?.length ?? 0) >> 1;
    if (next !== undefined) together.push(next.subarray(0, half));
    rest = next?.subarray(half);
    writes.push(join(together));
  }
  return writes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  // Packets of one read lie side by side: their bytes need no copy.
  const [first, last] = [parts[0], parts.at(-1)];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (
    first !== undefined && last !== undefined && first.buffer === last.buffer &&
    last.byteOffset + last.length - first.byteOffset === length
  ) {
    return new Uint8Array(first.buffer, first.byteOffset, length);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
