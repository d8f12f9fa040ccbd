/** How a run ends, as a process exit code: k6's codes where k6 has one. */
export const ExitCode = {
  /** All went well. */
  ok: 0,
  /** Nothing could be run, or no request of a quick run got a response. */
  failed: 1,
  /** The command line can't be understood. */
  usage: 2,
  /** A threshold failed. */
  thresholds: 99,
  /** `setup` took longer than `setupTimeout`. */
  setupTimeout: 100,
  /** `teardown` took longer than `teardownTimeout`. */
  teardownTimeout: 101,
  /** `handleSummary` took longer than `handleSummaryTimeout`. */
  summaryTimeout: 102,
  /** Stopped through the REST API. */
  stoppedByApi: 103,
  /** An option of the script or the command line is invalid. */
  options: 104,
  /** Stopped by Ctrl-C or SIGTERM. */
  signal: 105,
  /** The REST API could not be started. */
  apiStart: 106,
  /** The script threw while loading, in `setup`, `teardown` or `handleSummary`. */
  script: 107,
  /** The script ended the run with `test.abort`. */
  aborted: 108,
  /** A shard was lost. */
  shardLost: 109,
  /** The script made the run a failed one with `test.fail`. */
  failedByScript: 110,
} as const;
