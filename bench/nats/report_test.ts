import assert from "node:assert/strict";
import { formatNatsResults, natsGoals, type NatsResults } from "./report.ts";

const figure = (perSecond: number) => ({ perSecond, cpuSeconds: 1 });

Deno.test("rates are compared with their goals, and with the peer of the same round", () => {
  const results: NatsResults = {
    rates: new Map([
      ["both ways", { ours: [figure(600), figure(300)], peer: [figure(1000), figure(500)] }],
      ["requests, 64 in flight", { ours: [figure(60_000)], peer: [] }],
    ]),
    connections: { connections: 1000, bytesEach: 90_000 },
  };
  const goals = new Map(natsGoals(results).map((goal) => [goal.figure, goal]));
  assert.equal(goals.get("both ways, of nats-bench's")?.value?.median, 0.6);
  assert.equal(goals.get("requests, 64 in flight")?.value?.median, 60_000);
  assert.equal(goals.get("memory of a connection, of 1000")?.value?.median, 90);
  const text = formatNatsResults(results);
  assert.match(text, /both ways: nats-bench +750/);
  assert.match(text, /memory of a connection, of 1000 +90\.0 +KB/);
});

Deno.test("what was not measured is in no table", () => {
  assert.equal(
    formatNatsResults({ rates: new Map(), connections: null }),
    "nothing was measured",
  );
});
