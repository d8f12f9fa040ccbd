import assert from "node:assert/strict";
import { RUNS } from "../names.ts";
import { optionsOf, RunPool, started } from "./_pool_for_tests.ts";

const COUNTS = `export const options = { vus: 4, iterations: 40 }; export default () => {};`;

Deno.test("a run on two agents does exactly what was asked for, and leaves nothing behind", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  await pool.join("b");
  const options = optionsOf(pool, COUNTS);
  const { run, handle } = await started(options);
  const result = await handle.result;
  await run.end(result);
  assert.deepEqual(run.agents, ["a", "b"]);
  assert.equal(result.exitCode, 0, result.failures.join());
  assert.equal(result.complete, true);
  assert.equal(result.iterations.completed, 40);
  assert.deepEqual(result.shards.map(({ iterations }) => iterations.completed), [20, 20]);
  assert.deepEqual(result.shards.map(({ link }) => link?.agent), ["a", "b"]);
  for (const { link } of result.shards) {
    assert.equal(link?.missing, 0);
    assert.notEqual(link?.clockOffsetMs, null);
    assert.notEqual(link?.startedAt, null);
  }
  assert.equal(pool.servers.recordsOf("up.>"), 0);
  const keys = (await options.bus.keys.list(RUNS)).map(({ key }) => key);
  assert.deepEqual(keys, [`runs.${run.id}.end`]);
});
