import assert from "node:assert/strict";
import { verdict } from "../goals.ts";
import { agentGoals, type AgentResults, formatAgentResults } from "./report.ts";

const RESULTS: AgentResults = {
  lines: [{ linesPerSecond: 60_000, printed: 10, lost: 0, mostRssBytes: 100e6 }],
  rpc: [{ ours: 30_000, go: 50_000 }],
  upload: [{
    ...{ bytesPerSecond: 300e6, diskBytesPerSecond: 400e6 },
    ...{ mostRssBytes: 120e6, idleRssBytes: 80e6 },
  }],
  queue: [{ postsPerSecond: 900, p50Ms: 1, p99Ms: 4, failed: 0, lost: 2 }],
};

Deno.test("the goals of the agent are judged by what was measured", () => {
  const verdicts = agentGoals(RESULTS).map((goal) => `${goal.figure}: ${verdict(goal)}`);
  assert.deepEqual(verdicts, [
    "result lines of one process: goal",
    "result lines lost: goal",
    "memory while lines come: goal",
    "Server.Run: goal",
    "Server.Run, of a Go client's: goal",
    "upload, of the disk's plain speed: goal",
    "memory that an upload adds: goal",
    "jobs queued, each durable: missed",
    "queued jobs lost by a kill: missed",
  ]);
});

Deno.test("what was not measured is in no table", () => {
  assert.equal(
    formatAgentResults({ lines: [], rpc: [], upload: [], queue: [] }),
    "nothing was measured",
  );
  const text = formatAgentResults({ ...RESULTS, rpc: [], upload: [], lines: [] });
  assert.match(text, /POST \/queue/);
  assert.doesNotMatch(text, /Server\.Run|upload/);
});
