import type { ShardCommand } from "../../runner/remote/mod.ts";
import type { Blobs } from "../bus/bus.ts";
import type { BlobRef } from "../wire/mod.ts";

/** What of a `load` command all parts have in common: it is stored once and named in each. */
const SHARED = ["source", "images"] as const;

/** Packs the commands of one run. */
export interface Packer {
  /** A command's JSON, under another number; what parts have in common was stored. */
  pack(command: ShardCommand, id: number): Promise<string>;
}

/** Packs commands; values that are the same object, or the same text, are stored once. */
export function createPacker(blobs: Blobs): Packer {
  const stored = new WeakMap<object, Promise<string>>();
  const store = (value: object): Promise<string> => {
    let hash = stored.get(value);
    if (hash === undefined) {
      hash = blobs.put(new TextEncoder().encode(JSON.stringify(value)));
      stored.set(value, hash);
      // What failed is tried again by the next who wants it.
      hash.catch(() => stored.delete(value));
    }
    return hash;
  };
  return {
    async pack(command, id) {
      if (command.call !== "load") return JSON.stringify({ ...command, id });
      const refs: Record<string, BlobRef> = {};
      for (const name of SHARED) refs[name] = { blob: await store(command.args[name]) };
      return JSON.stringify({ ...command, id, args: { ...command.args, ...refs } });
    },
  };
}
