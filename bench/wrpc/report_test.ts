import assert from "node:assert/strict";
import { formatWrpcResults, wrpcGoals } from "./report.ts";

Deno.test("rates and CPU are compared with their goals", () => {
  const rates = new Map([
    ["empty blasts over NATS", [{ perSecond: 16_000, cpuUs: 30 }, {
      perSecond: 18_000,
      cpuUs: 20,
    }]],
    ["blasts of 1 MiB over TCP", [{ perSecond: 500, cpuUs: 900 }]],
  ]);
  const codec = [{ "encode list<u8>": 900 }];
  const goals = new Map(wrpcGoals({ rates, codec }).map((goal) => [goal.figure, goal]));
  assert.equal(goals.get("empty blasts over NATS")?.value?.median, 17_000);
  assert.equal(goals.get("empty blasts over NATS, CPU of the client for each")?.value?.median, 25);
  assert.equal(goals.get("encode list<u8>")?.value?.median, 900);
  assert.equal(goals.has("empty blasts over TCP"), false);
  assert.match(formatWrpcResults({ rates, codec }), /blasts of 1 MiB over TCP +500 +MB/);
});

Deno.test("what was not measured is in no table", () => {
  assert.equal(formatWrpcResults({ rates: new Map(), codec: [] }), "nothing was measured");
});
