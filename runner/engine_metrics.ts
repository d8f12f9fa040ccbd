import type { Metric } from "../metrics/mod.ts";

const counter = (name: string, contains: Metric["contains"] = "default"): Metric => (
  { name, type: "counter", contains }
);
const trend = (name: string): Metric => ({ name, type: "trend", contains: "time" });

/** What the engine itself records, with k6's names and meaning (`iteration_response_time` is ours). */
export const EngineMetrics = {
  /** Completed iterations, thrown ones too. */
  iterations: counter("iterations"),
  /** From the start of an iteration to its end. */
  iterationDuration: trend("iteration_duration"),
  /** From the planned start of an iteration to its end. */
  iterationResponseTime: trend("iteration_response_time"),
  /** Planned and never started. */
  droppedIterations: counter("dropped_iterations"),
  /** Bytes written to sockets. */
  dataSent: counter("data_sent", "data"),
  /** Bytes read from sockets. */
  dataReceived: counter("data_received", "data"),
  /** VUs in an iteration. */
  vus: { name: "vus", type: "gauge", contains: "default" },
  /** VUs that exist. */
  vusMax: { name: "vus_max", type: "gauge", contains: "default" },
  /** `check` outcomes. */
  checks: { name: "checks", type: "rate", contains: "default" },
  /** Time in `group` functions. */
  groupDuration: trend("group_duration"),
} as const satisfies Record<string, Metric>;
