import type { JobState } from "./job.ts";

/** All states, those that nothing comes after at the end. */
export const JOB_STATES: readonly JobState[] = [
  "queued",
  "starting",
  "running",
  "draining",
  "cooling",
  "done",
  "failed",
  "cancelled",
  "interrupted",
];
