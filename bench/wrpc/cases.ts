/** What is measured in calls, bytes or requests by a script on one shard. */
export interface WrpcCase {
  /** Name for `--only`. */
  readonly part: string;
  readonly title: string;
  /** File in `bench/scripts/wrpc/`. */
  readonly script: "blasts" | "requests";
  readonly over: "tcp" | "unix" | "nats";
  /** Who answers: our own serve in a process of its own, or `wrpc-wasmtime` with the small blaster. */
  readonly server: "blaster" | "http" | "wasmtime";
  /** Settings of the script beside those that all have. */
  readonly env?: Readonly<Record<string, number>>;
  readonly units: "calls" | "requests" | "MB";
  /** At least so many a second, and at most so much CPU of the client for each; null: only to be known. */
  readonly goal: number | null;
  readonly cpuGoalUs: number | null;
}

/** Calls on their way at once. */
export const IN_FLIGHT = 64;

/** What k6 reached with xk6-wrpc, four VUs and the component of its repository, on such a machine. */
const K6_CALLS = 889;

const calls = { script: "blasts", server: "blaster", units: "calls" } as const;
const MIB = 1024 * 1024;

/** All that has a rate. */
export const WRPC_CASES: readonly WrpcCase[] = [
  {
    ...{ ...calls, part: "tcp", title: "empty blasts over TCP", over: "tcp" },
    ...{ goal: 40_000, cpuGoalUs: 25 },
  },
  {
    ...{ ...calls, part: "unix", title: "empty blasts over a Unix socket", over: "unix" },
    ...{ goal: null, cpuGoalUs: null },
  },
  {
    ...{ ...calls, part: "unix", title: "the same with 64 connections ahead", over: "unix" },
    ...{ goal: null, cpuGoalUs: null, env: { POOL: 64 } },
  },
  {
    ...{ ...calls, part: "nats", title: "empty blasts over NATS", over: "nats" },
    ...{ goal: 15_000, cpuGoalUs: 60 },
  },
  {
    ...{ ...calls, part: "payload", title: "blasts of 1 MiB over TCP", over: "tcp", units: "MB" },
    ...{ goal: 300, cpuGoalUs: null, env: { PAYLOAD: MIB, IN_FLIGHT: 4 } },
  },
  {
    ...{ ...calls, part: "payload", title: "blasts of 1 MiB over NATS", over: "nats", units: "MB" },
    ...{ goal: null, cpuGoalUs: null, env: { PAYLOAD: MIB, IN_FLIGHT: 4 } },
  },
  {
    ...{ part: "http", title: "HTTP over wRPC, NATS", script: "requests", over: "nats" },
    ...{ server: "http", units: "requests", goal: 8000, cpuGoalUs: null },
  },
  {
    ...{ part: "http", title: "HTTP over wRPC, a Unix socket", script: "requests", over: "unix" },
    ...{ server: "http", units: "requests", goal: null, cpuGoalUs: null },
  },
  {
    ...{ ...calls, part: "wasmtime", title: "wrpc-wasmtime over TCP", over: "tcp" },
    ...{ server: "wasmtime", goal: 3 * K6_CALLS, cpuGoalUs: null },
  },
  {
    ...{ ...calls, part: "wasmtime", title: "wrpc-wasmtime over NATS", over: "nats" },
    ...{ server: "wasmtime", goal: 3 * K6_CALLS, cpuGoalUs: null },
  },
];

/** What the codec does in this process alone, with its goals. */
export const CODEC_CASES = [
  { figure: "encode list<u8>", unit: "MB/s", goal: 400 },
  { figure: "decode list<u8>", unit: "MB/s", goal: 400 },
  { figure: "encode packets", unit: "records/s", goal: 2_000_000 },
  { figure: "decode packets", unit: "records/s", goal: 2_000_000 },
] as const;

/** Names for `--only`. */
export const WRPC_PARTS: readonly string[] = [
  ...new Set(WRPC_CASES.map(({ part }) => part)),
  "codec",
];
