import type { Strictness } from "./fields.ts";
import { HeadReader } from "./head.ts";

/** Connections read their heads with these in turn: idle ones are many, those that read one are few. */
const MAX_SPARES = 256;
const spares: Record<Strictness, HeadReader[]> = { all: [], standard: [], lenient: [] };

/** A reader of heads, as new. */
export function takeReader(strictness: Strictness): HeadReader {
  return spares[strictness].pop() ?? new HeadReader(strictness);
}

/** Gives a reader back. */
export function giveReader(strictness: Strictness, reader: HeadReader): void {
  reader.observer = undefined;
  if (spares[strictness].length < MAX_SPARES) spares[strictness].push(reader);
}
