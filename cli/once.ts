import {
  inspectRun,
  type RunEvents,
  type RunRequest,
  type RunResult,
  startRun,
} from "../runner/mod.ts";

/**
 * Runs `setup`, one iteration of each scenario with a virtual user of its own, `teardown` and
 * `handleSummary`, in one process; thresholds are not judged.
 *
 * @param more options besides
 * @throws what `startRun` rejects with
 */
export async function runOnce(
  request: RunRequest,
  events: RunEvents,
  more: Readonly<Record<string, unknown>> = {},
): Promise<RunResult> {
  // What the script logs while it loads will come again.
  const { options } = await inspectRun(request);
  const scenarios = options.scenarios.map(({ name, exec, env, tags }) => [
    name,
    { executor: "per-vu-iterations", vus: 1, iterations: 1, exec, env, tags },
  ]);
  const overrides = {
    ...request.overrides,
    scenarios: Object.fromEntries(scenarios),
    noThresholds: true,
    paused: false,
    linger: false,
    minIterationDuration: "0s",
    ...more,
  };
  const { summaryData } = await import("../report/mod.ts");
  return await startRun({
    ...request,
    overrides,
    shards: 1,
    summaryData: (result) =>
      summaryData(result, { isStdOutTTY: false, isStdErrTTY: false, color: false }),
  }, events).result;
}
