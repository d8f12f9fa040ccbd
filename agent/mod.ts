/**
 * The agent: takes uploads, queues jobs, runs them one at a time and hands on their results.
 *
 * @module
 */
export { AgentError } from "./errors.ts";
export { type Job, type JobCounts, type JobSpec, type JobState, NO_COUNTS } from "./job.ts";
export type { ResultLine } from "./result.ts";
