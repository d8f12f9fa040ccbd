import { Registry } from "../../metrics/mod.ts";
import type { MetricContents, MetricType } from "../../metrics/mod.ts";
import { fakeRecord, noIterations } from "../../results/record_for_tests.ts";
import { resultOf, type RunRecord, RunRecorder } from "../../results/mod.ts";
import type { LogEntry, RunResult } from "../../runner/mod.ts";

/** One sample of a hand-made run. */
export interface Sample {
  readonly second: number;
  readonly metric: string;
  readonly type: MetricType;
  readonly value: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly contains?: MetricContents;
}

/** A run of so many seconds with these samples alone. */
export function recordOf(
  seconds: number,
  samples: readonly Sample[],
  more: Partial<RunResult> = {},
  log: readonly LogEntry[] = [],
): RunRecord {
  const metrics = new Registry();
  const recorder = new RunRecorder();
  for (const entry of log) recorder.log(entry);
  for (let second = 0; second < seconds; second++) {
    for (const { metric: name, type, value, tags = {}, contains = "default", ...one } of samples) {
      if (one.second !== second) continue;
      metrics.sink({ name, type, contains }, metrics.tags.withAll(tags)).add(value);
    }
    recorder.progress({ metrics, elapsedMs: (second + 1) * 1000, iterations: noIterations });
  }
  const like = resultOf(fakeRecord({ seconds: 1, exitCode: 0, log: [] }));
  const result = { ...like, metrics, durationMs: seconds * 1000, thresholds: [], ...more };
  return recorder.record(result, { script: null });
}

/** Texts that would be markup if anybody let them. */
export const HOSTILE =
  `</script><script>globalThis.hacked=1</script><img src=x onerror=hacked=1>"'`;

/** A run in whose every name there is markup. */
export function hostileRecord(): RunRecord {
  const tags = {
    ...{ name: `http://127.0.0.1/${HOSTILE}`, method: "GET", status: "503", scenario: HOSTILE },
    ...{ error_code: "1503", proto: HOSTILE, check: HOSTILE, group: `::${HOSTILE}` },
  };
  const at = { second: 0, tags };
  const failure = {
    ...{ kind: HOSTILE, method: HOSTILE, url: `http://127.0.0.1/${HOSTILE}`, status: 503 },
    ...{ message: HOSTILE, body: `<h1>${HOSTILE}`, note: HOSTILE },
  };
  const record = recordOf(
    2,
    [
      { ...at, metric: "http_reqs", type: "counter", value: 3 },
      { ...at, metric: "http_req_failed", type: "rate", value: 1 },
      { ...at, metric: "http_req_duration", type: "trend", value: 12, contains: "time" },
      { ...at, metric: "iterations", type: "counter", value: 3 },
      { ...at, metric: "iteration_duration", type: "trend", value: 12, contains: "time" },
      { ...at, metric: "checks", type: "rate", value: 0 },
    ],
    { name: HOSTILE, failures: [HOSTILE], exitCode: 109 },
    [{ level: "error", text: HOSTILE, source: "script" }],
  );
  return { ...record, errorSamples: [failure] };
}
