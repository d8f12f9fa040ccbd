import { checkNames, OptionError } from "../../../internal/mod.ts";
import type { ConnectOptions } from "../../../nats/mod.ts";
import { systemClock } from "../../../runner/remote/mod.ts";
import { ACK_WAIT_MS } from "../bus.ts";
import type { Time } from "../time.ts";

/** What a member of a pool is. */
export type PoolRole = "coordinator" | "agent";

/** How a bus uses NATS. Times are in milliseconds. */
export interface NatsBusOptions {
  /** How to connect: servers, credentials, TLS (see the package's `nats.connect`). */
  readonly connect?: ConnectOptions;
  /**
   * What the member is: it gets its answers at subjects of its own, as `natsConfig` allows it. Default:
   * `coordinator`
   */
  readonly role?: PoolRole;
  /**
   * What the names of its streams, stores and subjects begin with; members of one pool have the same.
   * Letters, digits, `-` and `_`. Default: `downpour`
   */
  readonly prefix?: string;
  /**
   * Servers that keep a copy of everything, 1 to 5; streams that have another number get this one.
   * Default: as they have; 3 where they are made among as many servers, else 1
   */
  readonly replicas?: number;
  /** Where streams are kept; refused where they are kept otherwise. Default: as they are; `file` */
  readonly storage?: "file" | "memory";
  /** Bytes that the log and the blobs may take up each; -1 for no limit. Default: 1 GiB */
  readonly maxStoreBytes?: number;
  /** How long calls go on trying through an outage. Default: 30 000 */
  readonly patienceMs?: number;
  /** How long it goes on trying to connect at first. Default: 5000 */
  readonly connectMs?: number;
  /** A job whose taker is silent for so long is offered again. Default: `ACK_WAIT_MS` */
  readonly ackWaitMs?: number;
  /** Its clock. Default: the machine's */
  readonly time?: Time;
}

/** How long one answer of the servers is waited for, at most. */
const ANSWER_MS = 3000;

/** Options with every default filled in. */
export interface NatsBusSettings {
  readonly connect: ConnectOptions;
  readonly prefix: string;
  /** Null: as they are, or by the number of servers. */
  readonly replicas: number | null;
  /** Null: as they are, or `file`. */
  readonly storage: "file" | "memory" | null;
  readonly maxStoreBytes: number;
  readonly patienceMs: number;
  readonly connectMs: number;
  readonly ackWaitMs: number;
  /** How long one answer of the servers is waited for. */
  readonly answerMs: number;
  readonly time: Time;
}

const NAMES: readonly (keyof NatsBusOptions)[] = [
  ...["connect", "role", "prefix", "replicas", "storage", "maxStoreBytes", "patienceMs"] as const,
  ...["connectMs", "ackWaitMs", "time"] as const,
];

/** Checks the options and fills in the defaults. @throws {OptionError} */
export function readBusOptions(options: NatsBusOptions): NatsBusSettings {
  checkNames("natsBus", options, NAMES);
  const { connect = {}, replicas, storage, time = systemClock } = options;
  const { maxStoreBytes = 1024 ** 3, patienceMs = 30_000, connectMs = 5000 } = options;
  const { ackWaitMs = ACK_WAIT_MS, role = "coordinator" } = options;
  const prefix = checkPrefix(options.prefix);
  if (role !== "coordinator" && role !== "agent") {
    throw new OptionError("role", `role must be coordinator or agent: ${String(role)}`);
  }
  if (replicas !== undefined && !(Number.isInteger(replicas) && replicas >= 1 && replicas <= 5)) {
    throw new OptionError("replicas", `replicas must be 1 to 5: ${replicas}`);
  }
  if (storage !== undefined && storage !== "file" && storage !== "memory") {
    throw new OptionError("storage", `storage must be file or memory: ${String(storage)}`);
  }
  if (!Number.isSafeInteger(maxStoreBytes) || (maxStoreBytes < 1024 ** 2 && maxStoreBytes !== -1)) {
    throw new OptionError(
      "maxStoreBytes",
      `maxStoreBytes must be at least 1048576, or -1: ${maxStoreBytes}`,
    );
  }
  for (const [name, ms] of Object.entries({ patienceMs, connectMs, ackWaitMs })) {
    if (!(ms > 0)) throw new OptionError(name, `${name} must be over 0 ms: ${ms}`);
  }
  return {
    connect: {
      name: "downpour",
      maxReconnects: -1,
      reconnectWait: 0.25,
      timeout: 5,
      // A connection that nothing comes through is given up after six seconds.
      pingInterval: 2,
      maxPingsOut: 2,
      inboxPrefix: inboxOf(prefix, role),
      ...connect,
    },
    prefix,
    replicas: replicas ?? null,
    storage: storage ?? null,
    maxStoreBytes,
    patienceMs,
    connectMs,
    ackWaitMs,
    answerMs: Math.min(ANSWER_MS, patienceMs),
    time,
  };
}

/** A prefix, or the default. @throws {OptionError} */
export function checkPrefix(prefix: string = "downpour"): string {
  if (typeof prefix === "string" && /^[-\w]{1,64}$/.test(prefix)) return prefix;
  throw new OptionError(
    "prefix",
    `prefix must be 1 to 64 letters, digits, - or _: ${JSON.stringify(prefix)}`,
  );
}

/** Where the servers' answers to a member go: others of the pool may not listen there. */
export function inboxOf(prefix: string, role: PoolRole): string {
  return `_INBOX.${prefix}_${role}`;
}
