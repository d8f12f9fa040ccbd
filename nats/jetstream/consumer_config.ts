import type { ConsumerConfig } from "@nats-io/jetstream";
import {
  between,
  configuring,
  count,
  type Field,
  flag,
  limit,
  listOf,
  moment,
  name,
  oneOf,
  percent,
  refuse,
  seconds,
  subject,
  text,
  texts,
  toWire,
} from "./_checks.ts";

/** What a consumer is like. Times are in seconds. */
export interface ConsumerOptions {
  /** Name of its stream; what `addConsumer` is called with counts. */
  stream?: string;
  /** Name of a consumer that goes when nobody uses it. */
  name?: string;
  /** Name of a consumer that stays. */
  durable?: string;
  /** Where it begins. @default {"all"} */
  deliverPolicy?:
    | "all"
    | "last"
    | "new"
    | "by_start_sequence"
    | "by_start_time"
    | "last_per_subject";
  /** First sequence, with `by_start_sequence`. */
  optStartSeq?: number;
  /** First moment, with `by_start_time`: Unix seconds, or a `Date`. */
  optStartTime?: number | Date;
  /** What must be acknowledged: nothing, everything up to a message, or each. @default {"explicit"} */
  ackPolicy?: "none" | "all" | "explicit";
  /** Seconds after which a message that isn't acknowledged is delivered again. @default {30} */
  ackWait?: number;
  /** How often a message is delivered at most; -1: no limit. @default {-1} */
  maxDeliver?: number;
  /** Seconds to wait before each further delivery; needs `maxDeliver` of at least as many. */
  backOff?: number[];
  /** Only messages of this subject. */
  filterSubject?: string;
  /** Only messages of these subjects. */
  filterSubjects?: string[];
  /** At once, or with the pauses in which they were stored. @default {"instant"} */
  replayPolicy?: "instant" | "original";
  /** Percentage of acknowledgements that the server tells of: `"30"`, `"30%"` or 30. */
  sampleFreq?: string | number;
  /** Messages out at a time that aren't acknowledged; -1: no limit. @default {1000} */
  maxAckPending?: number;
  /** Pull requests that may wait. @default {512} */
  maxWaiting?: number;
  /** Messages of one pull request; 0: no limit. */
  maxBatch?: number;
  /** Bytes of one pull request; 0: no limit. */
  maxBytes?: number;
  /** Seconds that a pull request may wait; 0: no limit. */
  maxExpires?: number;
  /** Seconds without use after which the server deletes it. */
  inactiveThreshold?: number;
  /** Deliver headers alone. @default {false} */
  headersOnly?: boolean;
  /** Servers that keep a copy of its state, 0 to 5; 0: as the stream. */
  replicas?: number;
  /** Keep its state in memory. @default {false} */
  memoryStorage?: boolean;
  /** Push messages to this subject. */
  deliverSubject?: string;
  /** Share the pushed messages among subscribers with this queue name. */
  deliverGroup?: string;
  /** Hold pushed messages back until the subscriber has caught up. @default {false} */
  flowControl?: boolean;
  /** Seconds of silence after which the server says that it's there; with `deliverSubject`. */
  idleHeartbeat?: number;
  /** For people. */
  description?: string;
  /** Texts of your own by name. */
  metadata?: Record<string, string>;
}

/** A checked consumer's configuration, with the server's names and nanoseconds. */
export interface WireConsumerConfig {
  /** Name of the consumer; absent for one that the server names. */
  readonly name?: string;
  /** An option by the server's name, for example `ack_wait`. */
  readonly [option: string]: unknown;
}

const FIELDS: Readonly<Record<keyof ConsumerOptions, Field>> = {
  stream: { wire: "stream", check: name },
  name: { wire: "name", check: name },
  durable: { wire: "durable_name", check: name },
  deliverPolicy: {
    wire: "deliver_policy",
    check: oneOf(
      ...["all", "last", "new", "by_start_sequence", "by_start_time", "last_per_subject"],
    ),
  },
  optStartSeq: { wire: "opt_start_seq", check: count },
  optStartTime: { wire: "opt_start_time", check: moment },
  ackPolicy: { wire: "ack_policy", check: oneOf("none", "all", "explicit") },
  ackWait: { wire: "ack_wait", check: seconds },
  maxDeliver: { wire: "max_deliver", check: limit },
  backOff: { wire: "backoff", check: listOf(seconds) },
  filterSubject: { wire: "filter_subject", check: subject },
  filterSubjects: { wire: "filter_subjects", check: listOf(subject) },
  replayPolicy: { wire: "replay_policy", check: oneOf("instant", "original") },
  sampleFreq: { wire: "sample_freq", check: percent },
  maxAckPending: { wire: "max_ack_pending", check: limit },
  maxWaiting: { wire: "max_waiting", check: count },
  maxBatch: { wire: "max_batch", check: count },
  maxBytes: { wire: "max_bytes", check: count },
  maxExpires: { wire: "max_expires", check: seconds },
  inactiveThreshold: { wire: "inactive_threshold", check: seconds },
  headersOnly: { wire: "headers_only", check: flag },
  replicas: { wire: "num_replicas", check: between(0, 5) },
  memoryStorage: { wire: "mem_storage", check: flag },
  deliverSubject: { wire: "deliver_subject", check: subject },
  deliverGroup: { wire: "deliver_group", check: name },
  flowControl: { wire: "flow_control", check: flag },
  idleHeartbeat: { wire: "idle_heartbeat", check: seconds },
  description: { wire: "description", check: text },
  metadata: { wire: "metadata", check: texts },
};

/** Those that were made here: they need no second look. */
const made = new WeakSet<object>();

/**
 * Checks a consumer's options and makes the server's configuration of them.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { consumerConfig } from "@downpour/downpour/nats";
 *
 * const worker = consumerConfig({ durable: "worker", ackWait: 1.5 });
 * assert.equal(worker.ack_wait, 1.5e9);
 * assert.equal(worker.ack_policy, "explicit");
 * ```
 *
 * @throws {NatsError} 1003 naming the option that can't be used
 */
export function consumerConfig(options: ConsumerOptions): WireConsumerConfig {
  const what = "nats.consumerConfig";
  const { stream: _, ...wire } = toWire(what, options, FIELDS);
  configuring(what, () => checkTogether(options));
  if (options.durable !== undefined) wire.name = options.durable;
  wire.ack_policy ??= "explicit";
  wire.deliver_policy ??= "all";
  wire.replay_policy ??= "instant";
  // Every name and value is from the table above, which is the server's.
  const config = wire as unknown as WireConsumerConfig;
  made.add(config);
  return config;
}

function checkTogether(options: ConsumerOptions): void {
  const { name, durable, deliverPolicy, optStartSeq, optStartTime, backOff, maxDeliver } = options;
  if (name !== undefined && durable !== undefined && name !== durable) {
    refuse("name", name, `the same as durable, "${durable}", when both are given`);
  }
  if ((deliverPolicy === "by_start_sequence") !== (optStartSeq !== undefined)) {
    refuse("optStartSeq", optStartSeq, 'given with deliverPolicy "by_start_sequence" only');
  }
  if ((deliverPolicy === "by_start_time") !== (optStartTime !== undefined)) {
    refuse("optStartTime", optStartTime, 'given with deliverPolicy "by_start_time" only');
  }
  const tries = maxDeliver ?? -1;
  if (backOff !== undefined && tries !== -1 && tries < backOff.length) {
    refuse("maxDeliver", maxDeliver, `at least ${backOff.length}, as many as backOff has`);
  }
  if (options.filterSubject !== undefined && options.filterSubjects !== undefined) {
    refuse("filterSubjects", options.filterSubjects, "left out when filterSubject is given");
  }
}

/** A configuration that was made by {@link consumerConfig}, or made now of options. */
export function consumerConfigOf(config: ConsumerOptions | WireConsumerConfig): WireConsumerConfig {
  return made.has(config)
    ? config as WireConsumerConfig
    : consumerConfig(config as ConsumerOptions);
}

/** A configuration as `@nats-io/jetstream` has its type. */
export function libraryConsumer(config: WireConsumerConfig): Partial<ConsumerConfig> {
  return config as Partial<ConsumerConfig>;
}
