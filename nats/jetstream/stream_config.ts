import type { StreamConfig } from "@nats-io/jetstream";
import {
  between,
  configuring,
  count,
  type Field,
  flag,
  limit,
  listOf,
  name,
  oneOf,
  refuse,
  seconds,
  subject,
  text,
  texts,
  toWire,
} from "./_checks.ts";

/** What a stream is like. Times are in seconds. */
export interface StreamOptions {
  /** Name of the stream; no spaces, `.`, `*`, `>`, `/` or `\`. */
  name: string;
  /** Subjects whose messages it stores, wildcards allowed; one may be given as text. */
  subjects: string | string[];
  /** When messages go: at limits, when nobody is interested, or when worked off. @default {"limits"} */
  retention?: "limits" | "interest" | "workqueue";
  /** Where messages are kept. @default {"file"} */
  storage?: "file" | "memory";
  /** What gives way when the stream is full: the oldest message or the new one. @default {"old"} */
  discard?: "old" | "new";
  /** Bytes it holds; -1: no limit. @default {-1} */
  maxBytes?: number;
  /** Messages it holds; -1: no limit. @default {-1} */
  maxMsgs?: number;
  /** Age in seconds at which a message goes; 0: never. @default {0} */
  maxAge?: number;
  /** Servers that keep a copy, 1 to 5. @default {1} */
  replicas?: number;
  /** Messages held of one subject; -1: no limit. @default {-1} */
  maxMsgsPerSubject?: number;
  /** Bytes of one message; -1: no limit. @default {-1} */
  maxMsgSize?: number;
  /** Consumers it may have; -1: no limit. @default {-1} */
  maxConsumers?: number;
  /** With `discard: "new"` and `maxMsgsPerSubject`: refuse new messages of a full subject. @default {false} */
  discardNewPerSubject?: boolean;
  /** Seconds for which a `Nats-Msg-Id` is remembered. @default {120} */
  duplicateWindow?: number;
  /** Store without acknowledging. @default {false} */
  noAck?: boolean;
  /** Refuse to delete single messages. @default {false} */
  denyDelete?: boolean;
  /** Refuse to purge. @default {false} */
  denyPurge?: boolean;
  /** Allow a message's header to replace those before it. @default {false} */
  allowRollup?: boolean;
  /** Let every replica answer reads of messages. @default {false} */
  allowDirect?: boolean;
  /** Sequence of the first message. @default {1} */
  firstSeq?: number;
  /** Compress what is kept in files. @default {"none"} */
  compression?: "none" | "s2";
  /** For people. */
  description?: string;
  /** Texts of your own by name. */
  metadata?: Record<string, string>;
}

/** A checked stream's configuration, with the server's names and nanoseconds. */
export interface WireStreamConfig {
  /** Name of the stream. */
  readonly name: string;
  /** An option by the server's name, for example `max_age`. */
  readonly [option: string]: unknown;
}

const FIELDS: Readonly<Record<keyof StreamOptions, Field>> = {
  name: { wire: "name", check: name },
  subjects: { wire: "subjects", check: listOf(subject) },
  retention: { wire: "retention", check: oneOf("limits", "interest", "workqueue") },
  storage: { wire: "storage", check: oneOf("file", "memory") },
  discard: { wire: "discard", check: oneOf("old", "new") },
  maxBytes: { wire: "max_bytes", check: limit },
  maxMsgs: { wire: "max_msgs", check: limit },
  maxAge: { wire: "max_age", check: seconds },
  replicas: { wire: "num_replicas", check: between(1, 5) },
  maxMsgsPerSubject: { wire: "max_msgs_per_subject", check: limit },
  maxMsgSize: { wire: "max_msg_size", check: limit },
  maxConsumers: { wire: "max_consumers", check: limit },
  discardNewPerSubject: { wire: "discard_new_per_subject", check: flag },
  duplicateWindow: { wire: "duplicate_window", check: seconds },
  noAck: { wire: "no_ack", check: flag },
  denyDelete: { wire: "deny_delete", check: flag },
  denyPurge: { wire: "deny_purge", check: flag },
  allowRollup: { wire: "allow_rollup_hdrs", check: flag },
  allowDirect: { wire: "allow_direct", check: flag },
  firstSeq: { wire: "first_seq", check: count },
  compression: { wire: "compression", check: oneOf("none", "s2") },
  description: { wire: "description", check: text },
  metadata: { wire: "metadata", check: texts },
};

/** Those that were made here: they need no second look. */
const made = new WeakSet<object>();

/**
 * Checks a stream's options and makes the server's configuration of them.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { streamConfig } from "@downpour/downpour/nats";
 *
 * const orders = streamConfig({ name: "ORDERS", subjects: ["orders.>"], maxAge: 60 });
 * assert.equal(orders.max_age, 60e9);
 * ```
 *
 * @throws {NatsError} 1003 naming the option that can't be used
 */
export function streamConfig(options: StreamOptions): WireStreamConfig {
  const what = "nats.streamConfig";
  const { subjects } = Object(options) as StreamOptions;
  const listed = typeof subjects === "string" ? { ...options, subjects: [subjects] } : options;
  const wire = toWire(what, listed, FIELDS);
  configuring(what, () => {
    if (wire.name === undefined) refuse("name", options.name, "a name");
    if (!Array.isArray(wire.subjects) || wire.subjects.length === 0) {
      refuse("subjects", subjects, "a list of at least one subject");
    }
  });
  // Every name and value is from the table above, which is the server's.
  const config = wire as unknown as WireStreamConfig;
  made.add(config);
  return config;
}

/** A configuration that was made by {@link streamConfig}, or made now of options. */
export function streamConfigOf(config: StreamOptions | WireStreamConfig): WireStreamConfig {
  return made.has(config) ? config as WireStreamConfig : streamConfig(config as StreamOptions);
}

/** A configuration as `@nats-io/jetstream` has its type. */
export function libraryStream(config: WireStreamConfig): Partial<StreamConfig> & { name: string } {
  return config as Partial<StreamConfig> & { name: string };
}
