import { Coordinator } from "./coordinator.ts";
import type { RunEvents, RunHandle, RunRequest } from "./request.ts";
import type { RunTuning } from "./_tuning.ts";

/**
 * Runs a load test: loads the script, splits its work over shards, runs `setup`, the load,
 * `teardown` and `handleSummary`, and adds everything up. It always ends: every phase has a
 * time limit, and shards that hang are killed.
 */
export function startRun(request: RunRequest, events: RunEvents = {}): RunHandle {
  return startTuned(request, events, {});
}

/** For tests: a run with other intervals and limits, or with shards of another kind. */
export function startTuned(
  request: RunRequest,
  events: RunEvents,
  tuning: Partial<RunTuning>,
): RunHandle {
  const coordinator = new Coordinator(request, events, tuning);
  return {
    result: coordinator.run(),
    stop: (exitCode) => coordinator.stop(exitCode),
    kill: () => coordinator.kill(),
    pause: () => coordinator.control.pause(),
    resume: () => coordinator.control.resume(),
    setVUs: (vus, maxVUs, scenario) => coordinator.control.setVUs(vus, maxVUs, scenario),
    setRate: (perSecond, scenario) => coordinator.control.setRate(perSecond, scenario),
    status: () => coordinator.status(),
  };
}
