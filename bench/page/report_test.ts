import assert from "node:assert/strict";
import { formatPageResults, pageGoals, type PageResults } from "./report.ts";
import { figuresOf } from "./tabs.ts";
import { longestBySecond, tasksOf, type TraceEvent } from "./trace.ts";

const nothing = (): PageResults => ({
  ...{ frames: [], paint: [], cost: { without: [], told: [] }, tabs: [], live: [] },
  steady: { without: [], told: [] },
});
const task = (ms: number) => ({ at: 0, ms, cpuMs: ms / 2 });
const sample = (requestsPerSecond: number, cpuUsPerRequest: number) => ({
  ...{ requests: 1, requestsPerSecond, cpuUsPerRequest, p50Ms: null, p99Ms: null, failed: 0 },
});

Deno.test("rates are compared with those of the same round", () => {
  const results = {
    ...nothing(),
    cost: {
      without: [sample(100, 10), sample(200, 10)],
      told: [sample(99, 11), sample(198, 11)],
    },
    tabs: [{ shown: 98, without: 98 }],
    frames: [{
      ticks: Array.from({ length: 20 }, (_, i) => task(i)),
      hovers: [],
      ...{ heapMb: 6, processMb: 50, blankMb: 20 },
    }],
  };
  const goals = new Map(pageGoals(results).map((goal) => [goal.figure, goal.value?.median]));
  assert.equal(goals.get("requests/s with 3 listeners, of those without"), 0.99);
  assert.equal(goals.get("CPU each with 3 listeners, of that without"), 1.1);
  assert.equal(goals.get("requests/s with 3 tabs, of those before and after"), 1);
  assert.equal(goals.get("an hour: CPU of a second's longest task, p95"), 9);
  assert.match(formatPageResults(results), /3 listeners +149 \(99\.0–198\)/);
});

Deno.test("rates with tabs stand beside those before and after", () => {
  const counts = [10, 10, 10, 7, 4, 4, 4, 6, 12, 12, 3];
  const course = { startedAt: 1000, stepMs: 1000, counts };
  const held = { shown: [[4900, 8100]], without: [[1000, 4100], [8950, 11_900]] } as const;
  assert.deepEqual(figuresOf(course, held), [{ shown: 4, without: 11 }]);
});

Deno.test("what was not measured is in no table", () => {
  assert.equal(formatPageResults(nothing()), "nothing was measured");
});

Deno.test("of a trace the outermost tasks of the busiest page count", () => {
  const run = (pid: number, ts: number, dur: number): TraceEvent => ({
    ...{ name: "ThreadControllerImpl::RunTask", ph: "X", pid, tid: 1, ts, dur, tdur: dur / 2 },
  });
  const named = (pid: number, name: string): TraceEvent => ({
    ...{ name: "thread_name", ph: "M", pid, tid: 1, ts: 0, args: { name } },
  });
  const tasks = tasksOf([
    ...[named(1, "CrRendererMain"), named(2, "CrRendererMain"), named(3, "Compositor")],
    ...[run(3, 0, 90_000), run(2, 0, 10), run(1, 5000, 4000), run(1, 6000, 1000)],
    ...[run(1, 10_000, 8000), run(1, 1_500_000, 3000), run(1, 2_900_000, 1000)],
  ]);
  assert.deepEqual(tasks.map(({ ms }) => ms), [4, 8, 3, 1]);
  // A task of half a millisecond on a processor is none in which something was told.
  assert.deepEqual(longestBySecond(tasks).map(({ ms }) => ms), [8, 3]);
});
