import type { Outbox } from "../../runner/mod.ts";

/** The most that goes through the internet's usual 1500 bytes, with room for tunnels. */
export const MAX_DATAGRAM = 1432;

/** Gathers lines into datagrams. */
export interface Datagrams {
  /** Adds a line, or several that belong together; puts the datagram before it if it is full. */
  add(line: string, count: number, outbox: Outbox): void;
  /** Puts what there is. */
  put(outbox: Outbox): void;
}

/** @param mostLines of one datagram, whatever room there is */
export function datagrams(mostLines: number): Datagrams {
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(MAX_DATAGRAM);
  let [length, lines, held] = [0, 0, 0];

  function put(outbox: Outbox): void {
    if (length === 0) return;
    outbox.put(bytes.slice(0, length), held);
    [length, lines, held] = [0, 0, 0];
  }

  function add(line: string, count: number, outbox: Outbox): void {
    const more = length === 0 ? line : `\n${line}`;
    const { read, written } = encoder.encodeInto(more, bytes.subarray(length));
    if (read < more.length || lines >= mostLines) {
      if (length === 0) throw new Error(`a line of ${line.length} characters fits no datagram`);
      put(outbox);
      return add(line, count, outbox);
    }
    length += written;
    lines++;
    held += count;
  }

  return { add, put };
}
