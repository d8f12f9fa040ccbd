import { PoolError } from "../errors.ts";
import type { Entry } from "./bus.ts";

/**
 * Does a write that expects a revision. When the answer to one attempt was lost though it was done,
 * the next conflicts with the first: then what is there is this value, and the write was done.
 *
 * @param wasRepeated whether more than one attempt may have arrived
 */
export async function ownWrite(
  value: Uint8Array,
  wasRepeated: () => boolean,
  get: () => Promise<Entry | null>,
  write: () => Promise<number>,
): Promise<number> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof PoolError && error.code === "bus_conflict" && wasRepeated())) {
      throw error;
    }
    const found = await get();
    if (found !== null && isSame(found.value, value)) return found.revision;
    throw error;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
