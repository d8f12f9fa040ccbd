import { createHash } from "node:crypto";
import type { ObjectStore } from "@nats-io/obj";
import { PoolError } from "../../errors.ts";
import type { Blobs } from "../bus.ts";
import { checkHash } from "../hash.ts";
import type { Tools } from "./tools.ts";

/** Longest blob, bytes: what an object says of its size is not to be trusted. */
const MAX_BLOB_BYTES = 256 * 1024 * 1024;
/** How long the next part of a blob is waited for, milliseconds. */
const PART_MS = 5000;

/** Bytes by their hash: an object store, where their names are their hashes. */
export function natsBlobs({ link, settings, places, patient }: Tools): Blobs {
  let store: Promise<ObjectStore> | undefined;
  const objects = () => store ??= openStore();

  async function openStore(): Promise<ObjectStore> {
    const [{ jetstream }, { Objm }] = await Promise.all([
      import("@nats-io/jetstream"),
      import("@nats-io/obj"),
    ]);
    const { core } = link.connection;
    return await new Objm(jetstream(core, { timeout: settings.answerMs })).open(
      places.blobs,
      false,
    );
  }

  /** One attempt to read it; gives up when parts stay away. */
  const read = async (hash: string): Promise<Uint8Array | null> => {
    const found = await (await objects()).get(hash);
    if (found === null) return null;
    const { info: { size }, data, error } = found;
    error.catch(() => {}); // The stream says it too.
    if (!(size <= MAX_BLOB_BYTES)) throw new PoolError("bus_refused", tooLarge(hash, size));
    const reader = data.getReader();
    const parts: Uint8Array[] = [];
    let length = 0;
    try {
      for (;;) {
        const part = await inTime(reader.read(), settings.time.sleep);
        if (part.done) return joined(parts, length);
        length += part.value.length;
        if (length > size) throw untrusted(hash);
        parts.push(part.value);
      }
    } catch (error) {
      await reader.cancel().catch(() => {});
      throw error;
    }
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

async function inTime<T>(
  part: Promise<T>,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<T> {
  const over = new AbortController();
  const late = sleep(PART_MS, over.signal).then(() => {
    if (over.signal.aborted) return new Promise<never>(() => {});
    const error = new Error(`the next part of a blob didn't come within ${PART_MS} ms`);
    error.name = "TimeoutError";
    throw error;
  });
  try {
    return await Promise.race([part, late]);
  } finally {
    over.abort();
  }
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
