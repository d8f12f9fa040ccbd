/**
 * Jobs of uploaded binaries: a process kept apart, called over RPC, its printed results read.
 *
 * @module
 */
export { type BinaryCounts, noCounts } from "./counts.ts";
export type { Protection } from "./isolation.ts";
export { BINARY_LIMITS, type BinaryLimits, readLimits } from "./limits.ts";
export type { BinaryOptions, BinaryOutcome } from "./options.ts";
export type { OnResults, RejectedLine } from "./output.ts";
export { runBinary } from "./run.ts";
