import assert from "node:assert/strict";
import { verdict } from "../goals.ts";
import { distributedGoals, type DistributedResults, formatDistributedResults } from "./report.ts";

const RESULTS: DistributedResults = {
  speed: [{
    local: { perSecond: 1000, cpuUs: 100 },
    one: { perSecond: 990, cpuUs: 105 },
    two: { perSecond: 1800, cpuUs: 106 },
  }],
  barrier: [{ spreadMs: 4, clockErrorMs: 0.2 }],
  killed: [2700],
  hundred: [{ agents: 100, cpuShare: 0.2, mostRssBytes: 120e6, serverCpuShare: 0.1, page: null }],
  page: [{
    ...{ agents: 100, cpuShare: 0.25, mostRssBytes: 130e6, serverCpuShare: 0.1 },
    page: {
      ticks: Array.from({ length: 20 }, (_, n) => ({ at: n, ms: 2 * n, cpuMs: n })),
      ...{ hovers: [], heapMb: 6, processMb: 50, blankMb: 20 },
    },
  }],
  thousand: [{ agents: 1000, cpuShare: 1.3, mostRssBytes: 300e6, serverCpuShare: 0.6, page: null }],
};

Deno.test("the goals of distributed runs are judged by what was measured", () => {
  const verdicts = distributedGoals(RESULTS).map((goal) => `${goal.figure}: ${verdict(goal)}`);
  assert.deepEqual(verdicts, [
    "two agents, of one: goal",
    "one agent, of a plain run: goal",
    "CPU of an iteration, of a plain run's: missed",
    "start of the agents, spread: goal",
    "a killed agent is noticed: goal",
    "coordinator of 100 agents: goal",
    "its memory: goal",
    "page of 100 agents: CPU of a second's longest task, p95: missed",
    "the same by the clock: ",
    "1,000 agents take more: missed",
  ]);
});

Deno.test("what was not measured of distributed runs is in no table", () => {
  const nothing = { speed: [], barrier: [], killed: [], hundred: [], page: [], thousand: [] };
  assert.equal(formatDistributedResults(nothing), "nothing was measured");
  const text = formatDistributedResults({ ...nothing, killed: [2000] });
  assert.match(text, /a killed agent is noticed/);
  assert.doesNotMatch(text, /1,000|plain/);
});
