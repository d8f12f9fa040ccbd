import assert from "node:assert/strict";
import { run, type RunResult } from "@downpour/downpour";
import { startTarget } from "@downpour/downpour/targets";

// Every example runs against a real server, in processes as a user's would. One without an
// expectation here fails.

const EXPECTED: Record<string, (result: RunResult, target: string) => void> = {
  "first.ts": ({ metrics, iterations, thresholds, vusMax }, target) => {
    assert.equal(thresholds.length, 3);
    assert(iterations.planned >= 150, `${iterations.planned} iterations`);
    assert.equal(iterations.interrupted + iterations.thrown, 0);
    assert(vusMax >= 10);
    const orders = metrics.select("http_reqs", { name: `${target}/anything`, method: "POST" });
    assert.deepEqual(orders, { type: "counter", total: 150 - iterations.dropped });
    const pages = metrics.select("http_reqs", { name: `${target}/get`, group: "::page" });
    assert(pages?.type === "counter" && pages.total > 0);
    const checks = metrics.select("checks");
    assert(checks?.type === "rate" && checks.passes === checks.total && checks.total > 300);
    assert.equal(metrics.select("order_bytes")?.type, "trend");
  },
};

const examples = new URL("../examples/", import.meta.url);
for (
  const { name } of [...Deno.readDirSync(examples)].toSorted((a, b) => a.name < b.name ? -1 : 1)
) {
  if (!name.endsWith(".ts")) continue;
  Deno.test(`examples/${name} does what it says`, async () => {
    const expected = EXPECTED[name];
    assert(expected, `examples/${name} has no expectation in tests/examples_test.ts`);
    await using target = startTarget();
    const result = await run(new URL(name, examples), { env: { TARGET: target.url } });
    assert.deepEqual(result.failures, []);
    assert.equal(result.exitCode, 0);
    expected(result, target.url);
  });
}
