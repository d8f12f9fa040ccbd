import { createHash } from "node:crypto";
import type { ObjectStore } from "@nats-io/obj";
import { PoolError } from "../../errors.ts";
import type { Blobs } from "../bus.ts";
import { checkHash } from "../hash.ts";
import type { Tools } from "./tools.ts";

/** Longest blob, bytes: what an object says of its size is not to be trusted. */
const MAX_BLOB_BYTES = 256 * 1024 * 1024;

/** Bytes by their hash: an object store, where their names are their hashes. */
export function natsBlobs({ link, settings, places, patient }: Tools): Blobs {
  let store: ObjectStore | undefined;

  async function objects(): Promise<ObjectStore> {
    if (store !== undefined) return store;
    const [{ jetstream }, { Objm }] = await Promise.all([
      import("@nats-io/jetstream"),
      import("@nats-io/obj"),
    ]);
    const { core } = link.connection;
    // Nothing is asked of the servers to open it: they may be away.
    const js = jetstream(core, { checkAPI: false, timeout: settings.answerMs });
    return store = await new Objm(js).open(places.blobs, false);
  }

  /** One attempt to read it, part by part: a consumer for each reader would be too many of them. */
  const read = async (hash: string): Promise<Uint8Array | null> => {
    const info = await (await objects()).info(hash);
    if (info === null || info.deleted) return null;
    const { size, nuid } = info;
    if (!(size <= MAX_BLOB_BYTES)) throw new PoolError("bus_refused", tooLarge(hash, size));
    const { streams } = await link.manager();
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let seq = 0; length < size;) {
      // The library's type leaves out what the servers take, both at once.
      const next = { seq: seq + 1, next_by_subj: `$O.${places.blobs}.C.${nuid}` };
      const part = await streams.getMessage(places.blobsStream, next);
      if (part === null || part.data.length === 0) throw untrusted(hash);
      ({ seq } = part);
      length += part.data.length;
      if (length > size) throw untrusted(hash);
      parts.push(part.data);
    }
    return joined(parts, length);
  };

  return {
    async put(given) {
      if (given.length > MAX_BLOB_BYTES) {
        throw new PoolError("bus_refused", tooLarge("to put", given.length));
      }
      const bytes = given.slice();
      const hash = hashOf(bytes);
      const subject = `$O.${places.blobs}.>`;
      await patient({ what: `put blob ${hash}`, subject }, async () => {
        const all = await objects();
        const found = await all.info(hash);
        if (found === null || found.deleted || found.size !== bytes.length) {
          await all.putBlob({ name: hash }, bytes);
        }
      });
      return hash;
    },
    async get(hash) {
      checkHash(hash);
      const bytes = await patient({ what: `get blob ${hash}` }, () => read(hash));
      if (bytes === null) throw new PoolError("bus_missing", `no blob ${hash}`);
      if (hashOf(bytes) !== hash) throw untrusted(hash);
      return bytes;
    },
  };
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function untrusted(hash: string): PoolError {
  return new PoolError("bundle_untrusted", `blob ${hash} isn't what its hash says`);
}

function tooLarge(what: string, size: number): string {
  return `blob ${what} has ${size} bytes: ${MAX_BLOB_BYTES} is the most`;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
