import { leb, Reader } from "./_bytes.ts";
import { readModule, SECTION } from "./_read_module.ts";
import { MAX_TABLE } from "./limits.ts";

/**
 * The module with a maximum on its memory and tables where it has none, or a table's is higher.
 * Growth can't be refused from outside, and compilers leave the maximum out: so it is put in, and
 * to the guest it is as if the machine had no more.
 *
 * @param bytes a module in which `checkGuest` found nothing
 */
export function capGrowth(bytes: Uint8Array, maxPages: number): Uint8Array<ArrayBuffer> {
  const { sections, memories, tables } = readModule(bytes);
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  for (const { id, start, content, end } of sections) {
    const open = id === SECTION.memory
      ? memories.some(({ max }) => max === null)
      : id === SECTION.table && tables.some(({ max }) => max === null || max > MAX_TABLE);
    if (!open) {
      parts.push(bytes.subarray(start, end));
      continue;
    }
    const capped: number[] = [];
    const reader = new Reader(bytes, content, end);
    const count = reader.u32();
    capped.push(...leb(count));
    for (let i = 0; i < count; i++) {
      if (id === SECTION.table) capped.push(reader.byte());
      const most = id === SECTION.table ? MAX_TABLE : maxPages;
      const hasMax = reader.byte() !== 0;
      const min = reader.u32();
      const max = hasMax ? Math.min(reader.u32(), most) : most;
      capped.push(1, ...leb(min), ...leb(max));
    }
    parts.push(Uint8Array.from([id, ...leb(capped.length), ...capped]));
  }
  return join(parts);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
