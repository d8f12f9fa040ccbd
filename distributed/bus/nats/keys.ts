import type { JetStreamMessage } from "../../../nats/mod.ts";
import { PoolError } from "../../errors.ts";
import type { Entry, Keys } from "../bus.ts";
import { checkName, checkSize } from "../subjects.ts";
import { RETRIES } from "./patience.ts";
import type { Tools } from "./tools.ts";

/** What marks a key as deleted (ADR-8 of NATS). */
const OPERATION = "KV-Operation";

/** Values by key: a key-value bucket, as NATS' own tools know it. */
export function natsKeys({ link, places, patient, follow, maxBytes }: Tools): Keys {
  const stream = places.keysStream;
  const keyOf = (subject: string) => subject.slice(places.keySubject("").length);

  /** Writes once, however often it is sent: the id says that it is the same. */
  const write = async (
    what: string,
    key: string,
    value: Uint8Array,
    revision?: number,
    headers?: Record<string, string>,
  ): Promise<number> => {
    const subject = places.keySubject(checkName("key", key));
    checkSize(`key ${key}`, value, maxBytes);
    const data = value.slice();
    const msgID = crypto.randomUUID();
    const { seq } = await patient(
      { what: `${what} ${key}`, subject },
      () =>
        link.js.publish(subject, data, {
          msgID,
          retries: RETRIES,
          ...(revision !== undefined && { expect: { lastSubjectSequence: revision } }),
          ...(headers !== undefined && { headers }),
        }),
    );
    return seq;
  };
  /** The last that was written: a value, or that it was deleted. */
  const last = async (key: string) => {
    const subject = places.keySubject(checkName("key", key));
    return await patient({ what: `get ${key}` }, async () => {
      const manager = await link.manager();
      // The leader answers: what was written before is seen.
      const found = await manager.streams.getMessage(stream, { last_by_subj: subject });
      return found && {
        revision: found.seq,
        at: found.time.getTime(),
        value: isDeletion(found.header.get(OPERATION)) ? null : new Uint8Array(found.data),
      };
    });
  };

  const keys: Keys = {
    async get(key) {
      const found = await last(key);
      if (found === null || found.value === null) return null;
      return { key, value: found.value, revision: found.revision, at: found.at };
    },
    async create(key, given) {
      const value = given.slice();
      const found = await last(key);
      if (found?.value) throw new PoolError("bus_conflict", `create ${key}: it is there`);
      return await write("create", key, value, found?.revision ?? 0);
    },
    update: async (key, value, revision) => await write("update", key, value, revision),
    put: async (key, value) => await write("put", key, value),
    async delete(key) {
      await write("delete", key, new Uint8Array(0), undefined, { [OPERATION]: "DEL" });
    },
    async list(prefix) {
      const found = new Map<string, Entry>();
      const enough = new AbortController();
      await keys.watch(
        prefix,
        (key, entry) => void (entry && found.set(key, entry)),
        enough.signal,
      );
      enough.abort();
      return [...found.values()];
    },
    async watch(prefix, on, signal) {
      checkName("prefix", prefix);
      const told = new Set<string>();
      /** Those that were told before the bucket was made anew, and not since. */
      let doubted: Set<string> | null = null;
      const tell = (message: JetStreamMessage) => {
        if (signal.aborted) return;
        const key = keyOf(message.subject);
        doubted?.delete(key);
        if (!isDeletion(message.headers?.get(OPERATION) ?? "")) {
          told.add(key);
          const { data, seq: revision, storedAt } = message;
          on(key, { key, value: new Uint8Array(data), revision, at: storedAt.getTime() });
        } else if (told.delete(key)) on(key, null);
      };
      const settle = () => {
        for (const key of doubted ?? []) {
          if (told.delete(key) && !signal.aborted) on(key, null);
        }
        doubted = null;
      };
      const first = Promise.withResolvers<void>();
      const done = follow({
        what: `watch ${prefix}`,
        stream,
        filter: places.keySubject(`${prefix}.>`),
        from: "last_per_subject",
        on: tell,
        onCaughtUp: () => {
          settle();
          first.resolve();
        },
        onReset: () => doubted = new Set(told),
        signal,
      });
      // It resolves when aborted, and rejects when the bus is closed.
      await Promise.race([first.promise, done]);
      done.catch(() => {});
    },
  };
  return keys;
}

function isDeletion(operation: string): boolean {
  return operation === "DEL" || operation === "PURGE";
}
