/** A value of a key-value bucket. */
export interface KeyValueEntry {
  /** Its key. */
  readonly key: string;
  /** Its bytes. */
  readonly value: Uint8Array;
  /** Its number in the bucket: `update` takes it. */
  readonly revision: number;
  /** When it was put. */
  readonly created: Date;
  /** Whether it was put, deleted or purged. */
  readonly operation: "PUT" | "DEL" | "PURGE";
  /** The value as text. */
  string(): string;
}

/** Entries as they come, until `stop`. */
export interface StoreIterator<T> extends AsyncIterable<T> {
  /** Ends it. */
  stop(): void;
}

/** Values by key (`@nats-io/kv`'s bucket). */
export interface KeyValue {
  /** The value of a key; null when there is none. */
  get(key: string, options?: { revision: number }): Promise<KeyValueEntry | null>;
  /** Sets a value. @returns its revision */
  put(key: string, value: string | Uint8Array): Promise<number>;
  /** Sets a value unless there is one. @returns its revision */
  create(key: string, value: string | Uint8Array): Promise<number>;
  /** Sets a value if the present one has this revision. @returns its revision */
  update(key: string, value: string | Uint8Array, revision: number): Promise<number>;
  /** Deletes a value; its history stays. */
  delete(key: string): Promise<void>;
  /** Deletes a value with its history. */
  purge(key: string): Promise<void>;
  /** The keys that have values, those of `filter` if given. */
  keys(filter?: string | string[]): Promise<StoreIterator<string>>;
  /** Values, those of `key` if given, and every change from then on. */
  watch(options?: { key?: string | string[] }): Promise<StoreIterator<KeyValueEntry>>;
  /** Every value that is kept. */
  history(options?: { key?: string | string[] }): Promise<StoreIterator<KeyValueEntry>>;
  /** Deletes the bucket. */
  destroy(): Promise<boolean>;
}

/** What a key-value bucket is like. */
export interface KeyValueOptions {
  /** Values kept of one key, 1 to 64. @default {1} */
  history?: number;
  /** Milliseconds after which a value goes; 0: never. @default {0} */
  ttl?: number;
  /** Servers that keep a copy, 1 to 5. @default {1} */
  replicas?: number;
  /** Where values are kept. @default {"file"} */
  storage?: "file" | "memory";
  /** Bytes of one value; -1: no limit. @default {-1} */
  maxValueSize?: number;
  /** Bytes of the bucket; -1: no limit. @default {-1} */
  maxBytes?: number;
  /** For people. */
  description?: string;
  /** Use a bucket that is there, make none. @default {false} */
  bindOnly?: boolean;
}

/** What an object store says of an object. */
export interface ObjectInfo {
  /** Its name. */
  readonly name: string;
  /** Its bytes. */
  readonly size: number;
  /** Messages that it takes. */
  readonly chunks: number;
  /** `SHA-256=` and the digest in base64url. */
  readonly digest: string;
  /** Whether it was deleted. */
  readonly deleted: boolean;
  /** When it was put, RFC 3339. */
  readonly mtime: string;
}

/** Large objects by name (`@nats-io/obj`'s store). */
export interface ObjectStore {
  /** What is known of an object; null when there is none. */
  info(name: string): Promise<ObjectInfo | null>;
  /** All objects. */
  list(): Promise<ObjectInfo[]>;
  /** An object as a stream; null when there is none. `error` resolves with what broke it, or null. */
  get(
    name: string,
  ): Promise<
    { info: ObjectInfo; data: ReadableStream<Uint8Array>; error: Promise<Error | null> } | null
  >;
  /** An object in one piece; null when there is none. */
  getBlob(name: string): Promise<Uint8Array | null>;
  /** Stores a stream. */
  put(
    meta: { name: string; description?: string },
    data: ReadableStream<Uint8Array>,
  ): Promise<ObjectInfo>;
  /** Stores bytes. */
  putBlob(meta: { name: string; description?: string }, data: Uint8Array): Promise<ObjectInfo>;
  /** Deletes an object. */
  delete(name: string): Promise<unknown>;
  /** Deletes the store. */
  destroy(): Promise<boolean>;
}

/** What an object store is like. */
export interface ObjectStoreOptions {
  /** Seconds after which an object goes; 0: never. @default {0} */
  ttl?: number;
  /** Servers that keep a copy, 1 to 5. @default {1} */
  replicas?: number;
  /** Where objects are kept. @default {"file"} */
  storage?: "file" | "memory";
  /** Bytes of the store; -1: no limit. @default {-1} */
  maxBytes?: number;
  /** For people. */
  description?: string;
}
