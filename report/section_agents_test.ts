import assert from "node:assert/strict";
import { counts, runResult, Samples, shardReport } from "./_fixture_for_tests.ts";
import { renderSummary } from "./summary.ts";

const LINK = {
  ...{ labels: { zone: "eu" }, clockOffsetMs: -60_000, clockErrorMs: 0.25, startedAt: 0 },
  ...{ lost: 0, missing: 0, silent: false },
};

Deno.test("parts on other machines have a line each: load, clock, CPU, lag, what is missing", () => {
  const text = renderSummary(runResult(new Samples().registry, {
    shards: [
      shardReport(0, { iterations: counts({ started: 1200 }), link: { ...LINK, agent: "ag-1" } }),
      shardReport(1, {
        state: "lost",
        reason: "its agent\x1b[31m is gone",
        link: { ...LINK, agent: "ag-2", labels: {}, clockOffsetMs: null, missing: 7 },
      }),
      shardReport(2, { instead: 1, link: { ...LINK, agent: "ag-3", clockOffsetMs: 2 } }),
    ],
  }));
  const at = text.indexOf("\nagents  started within 0 (±500µs)\n");
  const lines = text.slice(at + 1).split("\n").slice(0, 5);
  assert.match(
    lines[1]!,
    /^ {2}agent +part +load +iterations +clock +CPU +lag p99 +missing +state$/,
  );
  assert.match(
    lines[2]!,
    /^ {2}ag-1 zone=eu +1 +50% +1,200 +-1m00s ±250µs +61% +2\.00ms +0 +done$/,
  );
  assert.match(lines[3]!, /^ {2}ag-2 +2 .* - +61% +2\.00ms +7 +lost: its agent.* is gone$/);
  assert.ok(!text.includes("\x1b"));
  assert.match(lines[4]!, / \+2\.00ms ±250µs .* done, took over from part 2$/);
});

Deno.test("agents that were there from the start say how far apart they began, and how sure that is", () => {
  const began = (index: number, startedAt: number | null, instead: number | null = null) =>
    shardReport(index, { instead, link: { ...LINK, agent: `ag-${index}`, startedAt } });
  const line = (...shards: ReturnType<typeof began>[]) => {
    const text = renderSummary(runResult(new Samples().registry, { shards }));
    return text.split("\n").find((line) => line.startsWith("agents"));
  };
  const [first, last, never] = [began(0, 1000), began(1, 1002.1), began(2, null)];
  assert.equal(line(last, never, first), "agents  started within 2.10ms (±500µs)");
  assert.equal(line(first, last, began(2, 9000, 1)), "agents  started within 2.10ms (±500µs)");
  assert.equal(line(first, never), "agents");
});

Deno.test("a run on this machine alone says nothing of agents", () => {
  const text = renderSummary(runResult(new Samples().registry));
  assert.ok(!text.includes("agents"));
});
