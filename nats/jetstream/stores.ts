import type { KvOptions } from "@nats-io/kv";
import type { ObjectStoreOptions as WireObjectStoreOptions } from "@nats-io/obj";
import { natsError } from "../errors.ts";
import {
  between,
  count,
  type Field,
  flag,
  limit,
  oneOf,
  seconds,
  text,
  toWire,
} from "./_checks.ts";
import { jetStreamError } from "./failure.ts";
import type { Host } from "./host.ts";
import type { Api } from "./manager.ts";
import type { KeyValue, KeyValueOptions, ObjectStore, ObjectStoreOptions } from "./store_types.ts";

/** Values by key, and large objects by name, kept in streams. */
export interface StoreCalls {
  /**
   * A key-value bucket, made if it isn't there.
   *
   * @throws {NatsError} 1002, 1003 a name or an option, 1004 with `bindOnly`, 1014, 1016
   */
  keyValue(bucket: string, options?: KeyValueOptions): Promise<KeyValue>;
  /**
   * An object store, made if it isn't there.
   *
   * @throws {NatsError} 1002, 1003 a name or an option, 1014, 1016
   */
  objectStore(bucket: string, options?: ObjectStoreOptions): Promise<ObjectStore>;
}

const BUCKET = /^[-\w]{1,200}$/;
const COMMON = {
  replicas: { wire: "replicas", check: between(1, 5) },
  storage: { wire: "storage", check: oneOf("file", "memory") },
  maxBytes: { wire: "max_bytes", check: limit },
  description: { wire: "description", check: text },
} as const satisfies Record<string, Field>;
const KEY_VALUE: Readonly<Record<keyof KeyValueOptions, Field>> = {
  ...COMMON,
  history: { wire: "history", check: between(1, 64) },
  ttl: { wire: "ttl", check: count },
  maxValueSize: { wire: "maxValueSize", check: limit },
  bindOnly: { wire: "bindOnly", check: flag },
};
const OBJECTS: Readonly<Record<keyof ObjectStoreOptions, Field>> = {
  ...COMMON,
  ttl: { wire: "ttl", check: seconds },
};

/** The stores over one connection; what they need is loaded on first use. */
export function storeCalls({ core }: Host, { timeout, prefix }: Api): StoreCalls {
  const jetStream = async () => {
    const { jetstream } = await import("@nats-io/jetstream");
    return jetstream(core, { timeout, apiPrefix: prefix });
  };
  return {
    async keyValue(bucket, options = {}) {
      checkBucket(bucket);
      const { bindOnly = false, ...rest } = toWire("keyValue", options, KEY_VALUE);
      // Every name and value is from the table above, which is the library's.
      const wire = rest as Partial<KvOptions>;
      try {
        const { Kvm } = await import("@nats-io/kv");
        const kvm = new Kvm(await jetStream());
        return bindOnly === true ? await kvm.open(bucket, wire) : await kvm.create(bucket, wire);
      } catch (error) {
        throw jetStreamError(1016, error, `KV_${bucket}`);
      }
    },
    async objectStore(bucket, options = {}) {
      checkBucket(bucket);
      const wire = toWire("objectStore", options, OBJECTS) as Partial<WireObjectStoreOptions>;
      try {
        const { Objm } = await import("@nats-io/obj");
        return await new Objm(await jetStream()).create(bucket, wire);
      } catch (error) {
        throw jetStreamError(1016, error, `OBJ_${bucket}`);
      }
    },
  };
}

function checkBucket(bucket: unknown): void {
  if (typeof bucket === "string" && BUCKET.test(bucket)) return;
  throw natsError(
    1003,
    undefined,
    `a bucket's name has letters, digits, - and _: ${String(bucket)}`,
  );
}
