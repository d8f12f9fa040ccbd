/** What one script of ours does, and what is beside it. */
export interface NatsCase {
  /** Name for `--only`. */
  readonly part: string;
  readonly title: string;
  /** File in `bench/scripts/nats/`. */
  readonly script: string;
  /** Settings of the script beside those that all have. */
  readonly env?: Readonly<Record<string, number>>;
  /** What is counted. */
  readonly units: string;
  /** How much of it in a second, roughly: a measurement does that times its seconds. */
  readonly perSecond: number;
  /** At least so many a second; null where only the peer counts. */
  readonly goal: number | null;
  /** The peer that does the same, and the part of its rate to reach; null to know it only. */
  readonly peer?: {
    readonly kind: "publish" | "both ways" | "JetStream" | "pull";
    readonly goal: number | null;
  };
}

/** Bytes of every message. */
export const MESSAGE_BYTES = 128;

/** Requests and JetStream messages without their answer at once. */
export const IN_FLIGHT = 64;

/** Messages of one pull. */
export const BATCH = 100;

/** Connections that are opened to see what one takes. */
export const CONNECTIONS = 1000;

/** All that has a rate. */
export const NATS_CASES: readonly NatsCase[] = [
  {
    ...{ part: "publish", title: "publish", script: "publish", units: "messages" },
    ...{ perSecond: 2_000_000, goal: 2_000_000, peer: { kind: "publish", goal: 0.35 } },
  },
  {
    ...{ part: "publish", title: "publishMany", script: "publish_many", units: "messages" },
    ...{ perSecond: 2_000_000, goal: 2_000_000, peer: { kind: "publish", goal: 0.35 } },
  },
  {
    ...{ part: "publish", title: "publish with a header", script: "publish_headers" },
    ...{ units: "messages", perSecond: 500_000, goal: null },
  },
  {
    ...{ part: "both_ways", title: "both ways", script: "both_ways", units: "messages" },
    ...{ perSecond: 600_000, goal: null, peer: { kind: "both ways", goal: 0.6 } },
  },
  {
    ...{ part: "requests", title: "requests, 64 in flight", script: "requests", units: "requests" },
    ...{ perSecond: 40_000, goal: 50_000 },
  },
  {
    ...{ part: "js_publish", title: "JetStream publish, 64 in flight", script: "js_publish" },
    ...{ units: "messages", perSecond: 80_000, goal: null },
    peer: { kind: "JetStream", goal: 0.7 },
  },
  {
    ...{ part: "pull", title: "pull of 100", script: "pull", units: "messages" },
    ...{ perSecond: 300_000, goal: null, env: { PULLERS: 1 } },
    peer: { kind: "pull", goal: null },
  },
  {
    ...{ part: "pull", title: "pull of 100, four at once", script: "pull", units: "messages" },
    ...{ perSecond: 300_000, goal: 500_000, env: { PULLERS: 4 } },
    peer: { kind: "pull", goal: null },
  },
];

/** Names for `--only`. */
export const NATS_PARTS: readonly string[] = [
  ...new Set(NATS_CASES.map(({ part }) => part)),
  "connections",
];
