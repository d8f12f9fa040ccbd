import { createHash } from "node:crypto";
import { PoolError } from "../../errors.ts";
import type { Blobs, Entry, Keys } from "../bus.ts";
import { checkHash } from "../hash.ts";
import { ownWrite } from "../own_write.ts";
import { checkName, checkSize } from "../subjects.ts";
import { type BusTimes, type MakeCall, type Operation, pollTimes } from "./calls.ts";
import { changesSince, expectRevision, type Kept, valueOf, writeValue } from "./kept.ts";
import type { Servers } from "./shared.ts";

/** Values by key, at servers in memory. */
export function memoryKeys(servers: Servers, make: MakeCall, times: BusTimes): Keys {
  const { time, keyTtlMs } = servers;
  const call = async <T>(what: string, operation: Operation<T>): Promise<T> =>
    (await make({ what, ...times }, operation)) as T;
  const read = (key: string) => valueOf(servers.kept(), key, time.now(), keyTtlMs);
  const write = (key: string, value: Uint8Array | null) => {
    const revision = writeValue(servers.kept(), key, value, time.now());
    servers.changed("keys", key);
    return revision;
  };
  const get = (key: string) => call(`get ${key}`, () => read(key));
  const replace = (key: string, given: Uint8Array, revision: number) => {
    checkName("key", key);
    checkSize(key, given, servers.maxBytes);
    const value = given.slice();
    const what = revision === 0 ? `create ${key}` : `update ${key}`;
    let tries = 0;
    return ownWrite(value, () => tries > 1, () => get(key), () =>
      call(what, () => {
        tries++;
        expectRevision(read(key), key, revision);
        return write(key, value);
      }));
  };
  const changes = (prefix: string, from: number) =>
    changesSince(servers.kept(), prefix, from).map((change) => ({
      ...change,
      entry: change.at + keyTtlMs <= time.now() ? null : entryOf(change),
    }));

  return {
    get,
    create: async (key, value) => await replace(key, value, 0),
    update: async (key, value, revision) => await replace(key, value, revision),
    async put(key, given) {
      checkName("key", key);
      checkSize(key, given, servers.maxBytes);
      const value = given.slice();
      return await call(`put ${key}`, () => write(key, value));
    },
    async delete(key) {
      checkName("key", key);
      await call(`delete ${key}`, () => write(key, null));
    },
    async list(prefix) {
      checkName("prefix", prefix);
      const all = await call(`list ${prefix}`, () => changes(prefix, 0));
      return all.flatMap(({ entry }) => entry ?? []);
    },
    async watch(prefix, on, signal) {
      checkName("prefix", prefix);
      const what = `watch ${prefix}`;
      const told = new Set<string>();
      const tell = (all: ReturnType<typeof changes>) => {
        for (const { key, entry } of all) {
          if (signal.aborted) return;
          if (entry !== null) told.add(key);
          else if (!told.delete(key)) continue; // Was never there, for this one.
          on(key, entry);
        }
      };
      const look = () => ({ kept: servers.kept(), all: changes(prefix, 0) });
      const first = await make({ what, ...times, signal }, look);
      if (first === null) return;
      tell(first.all);
      void follow(first.kept, first.all.at(-1)?.revision ?? 0).catch(() => {}); // It was closed.

      async function follow(from: Kept, after: number): Promise<void> {
        let [kept, revision] = [from, after];
        while (!signal.aborted) {
          const more = await make({ what, ...pollTimes(times), signal }, async (over) => {
            const isNew = () => servers.kept() !== kept || changes(prefix, revision).length > 0;
            if (!isNew()) await servers.untilChanged("keys", prefix, times.attemptMs, over);
            const here = servers.kept();
            return { kept: here, all: changes(prefix, here === kept ? revision : 0) };
          });
          if (more === null) return;
          if (more.kept !== kept) {
            const there = new Set(more.all.map(({ key }) => key));
            for (const key of [...told]) {
              if (!there.has(key) && told.delete(key) && !signal.aborted) on(key, null);
            }
            kept = more.kept;
            revision = 0;
          }
          tell(more.all);
          revision = more.all.at(-1)?.revision ?? revision;
        }
      }
    },
  };
}

function entryOf(
  { key, value, revision, at }: ReturnType<typeof changesSince>[number],
): Entry | null {
  return value === null ? null : { key, value: value.slice(), revision, at };
}

/** Bytes by their hash, at servers in memory. */
export function memoryBlobs(servers: Servers, make: MakeCall, times: BusTimes): Blobs {
  return {
    async put(given) {
      const bytes = given.slice();
      // Hashed at once, not by a thread: the same run has the same order of things.
      const hash = createHash("sha256").update(bytes).digest("hex");
      await make({ what: `put blob ${hash}`, ...times }, () => {
        servers.kept().blobs.set(hash, bytes);
      });
      return hash;
    },
    async get(hash) {
      checkHash(hash);
      const found = await make(
        { what: `get blob ${hash}`, ...times },
        () => servers.kept().blobs.get(hash)?.slice() ?? null,
      );
      if (found === null) throw new PoolError("bus_missing", `no blob ${hash}`);
      return found;
    },
  };
}
