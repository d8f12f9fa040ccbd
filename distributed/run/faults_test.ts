import assert from "node:assert/strict";
import { PoolError } from "../errors.ts";
import type { RunHandle } from "../../runner/mod.ts";
import { type Clock, inlineShards } from "../../runner/remote/mod.ts";
import {
  attach,
  isRunning,
  OPEN,
  optionsOf,
  progressed,
  RunPool,
  started,
  takeOver,
  time,
} from "./_pool_for_tests.ts";
import { readSigner } from "./sign.ts";

Deno.test("a coordinator that takes over has all from the beginning, and the old one stops", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  await pool.join("b");
  const watch = progressed();
  const { run, handle } = await started(optionsOf(pool, OPEN(5)), watch);
  await watch.until(isRunning);
  const second = await takeOver(pool, run.id);
  await second.watch.until(isRunning);
  pool.heal("coordinator");
  const result = await second.handle.result;
  await second.taken.end(result);
  assert.equal(result.exitCode, 0, result.failures.join());
  assert.equal(result.complete, true);
  assert.equal(result.iterations.planned, 200);
  assert.equal(result.iterations.started + result.iterations.dropped, 200);
  const merged = result.metrics.select("iterations");
  assert.equal(merged?.type === "counter" && merged.total, result.iterations.completed);

  const first = await handle.result;
  assert.equal(run.fenced.aborted, true);
  assert(run.fenced.reason instanceof PoolError);
  assert.equal(run.fenced.reason.code, "run_fenced");
  assert.notEqual(first.exitCode, 0);
  await run.end(first);
});

Deno.test("a run with a coordinator that lives is not taken over unasked", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  const watch = progressed();
  const { run, handle } = await started(optionsOf(pool, OPEN(6)), watch);
  await watch.until(isRunning);
  await assert.rejects(attach(pool, run.id, false), (error: PoolError) => {
    assert.equal(error.code, "run_fenced");
    assert.match(error.message, /is commanded by the test, which lives: --force takes it over/);
    return true;
  });
  await assert.rejects(attach(pool, "nobody", false), {
    code: "run_unknown",
    message: `no run nobody is at memory to go on with: there are ${run.id}`,
  });
  handle.stop();
  const result = await handle.result;
  await run.end(result);
  await assert.rejects(attach(pool, run.id, false), { code: "run_unknown" });
});

Deno.test("a lost agent is noticed, and its share is the run's loss", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  await pool.join("b");
  const watch = progressed();
  const options = optionsOf(pool, OPEN(8), {}, { lossAfterMs: 3500 });
  const { run, handle } = await started(options, watch);
  await watch.until(isRunning);
  pool.partition("b");
  await watch.until(({ shards }) => shards[1]?.link?.silent === true);
  const result = await handle.result;
  await run.end(result);
  assert.equal(result.exitCode, 109);
  assert.deepEqual(result.shards.map(({ state }) => state), ["done", "lost"]);
  assert.match(result.shards[1]!.reason!, /nothing was heard of its agent for 3\.5s/);
  const { iterations } = result;
  assert.equal(iterations.planned, 320);
  assert.equal(iterations.started + iterations.dropped, iterations.planned);
  assert.equal(iterations.completed + iterations.interrupted, iterations.started);
  assert.equal(result.shards[0]!.iterations.completed, 160);
});

Deno.test("a silent agent that comes back goes on, and what it kept is merged", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  await pool.join("b");
  const watch = progressed();
  const { run, handle } = await started(optionsOf(pool, OPEN(6)), watch);
  await watch.until(isRunning);
  pool.partition("b");
  await watch.until(({ shards }) => shards[1]?.link?.silent === true);
  pool.heal("b");
  const result = await handle.result;
  await run.end(result);
  assert.equal(result.exitCode, 0, result.failures.join());
  assert.equal(result.complete, true);
  assert.equal(result.iterations.completed, 240);
});

Deno.test("a lost agent's share is done by a spare one", async () => {
  await using pool = new RunPool();
  for (const id of ["a", "b", "c"]) await pool.join(id);
  const watch = progressed();
  const { run, handle } = await started(
    optionsOf(pool, OPEN(10), {}, {
      ...{ onLoss: "redistribute", lossAfterMs: 2500, agents: { count: 2, labels: {} } },
    }),
    watch,
  );
  assert.deepEqual(run.agents, ["a", "b"]);
  await watch.until(isRunning);
  pool.partition("b");
  const result = await handle.result;
  await run.end(result);
  assert.deepEqual(run.agents, ["a", "b", "c"]);
  assert.deepEqual(result.shards.map(({ state }) => state), ["done", "lost", "done"]);
  assert.equal(result.shards[2]!.instead, 1);
  const { iterations } = result;
  assert.equal(iterations.planned, 400);
  assert.equal(iterations.started + iterations.dropped, 400);
  assert(result.shards[2]!.iterations.completed > 40, JSON.stringify(result.shards));
});

Deno.test("servers that go away and come back cost a run nothing", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  await pool.join("b");
  const watch = progressed();
  const { run, handle } = await started(optionsOf(pool, OPEN(6)), watch);
  await watch.until(isRunning);
  pool.servers.stop();
  // The run goes on meanwhile: it is told of twice.
  await watch.next();
  await watch.next();
  pool.servers.start();
  pool.servers.forgetIds();
  const result = await handle.result;
  await run.end(result);
  assert.equal(result.exitCode, 0, result.failures.join());
  assert.equal(result.iterations.completed, 240);
});

Deno.test("an agent that refuses its part ends the run with the reason", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  await pool.join("b", { policy: { allowNet: [], allowRead: [] } });
  const options = optionsOf(pool, OPEN(2));
  const { run, handle } = await started({
    ...options,
    request: { ...options.request, allowNet: ["10.0.0.1:80"] },
  });
  await assert.rejects(handle.result, /agent b does not give scripts --allow-net=10\.0\.0\.1:80/);
  await run.end(null);
});

Deno.test("an agent whose clock is off by a minute starts with the others", async () => {
  await using pool = new RunPool();
  const minute = 60_000;
  const clock: Clock = { ...time, now: () => time.now() + minute };
  await pool.join("a");
  await pool.join("b", {
    clock,
    start: () => inlineShards({ modules: {}, builtins: {} }, clock),
  });
  const { run, handle } = await started(optionsOf(pool, OPEN(3)));
  const result = await handle.result;
  await run.end(result);
  assert.equal(result.exitCode, 0, result.failures.join());
  assert.equal(result.iterations.completed, 120);
  // How exactly is for virtual time to tell: a machine that stalls does not do so for a minute.
  const isNear = (a: number, b: number) => Math.abs(a - b) < minute / 2;
  for (const [index, offsetMs] of [0, minute].entries()) {
    const { clockOffsetMs, startedAt } = result.shards[index]!.link!;
    assert(isNear(clockOffsetMs!, offsetMs), `${clockOffsetMs}`);
    assert(isNear(startedAt!, result.startedAt), `${startedAt} ${result.startedAt}`);
  }
});

Deno.test("a run that is not signed gets nothing from an agent that wants signatures", async () => {
  await using pool = new RunPool();
  await pool.join("a", { signers: [new Uint8Array(32).fill(7).toBase64()] });
  const { run, handle } = await started(optionsOf(pool, OPEN(1)));
  await assert.rejects(handle.result, /the script is not signed/);
  await run.end(null);
});

Deno.test("a signed run is done by agents that trust its key", async () => {
  await using pool = new RunPool();
  const { privateKey } = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const pem = `-----BEGIN PRIVATE KEY-----\n${bytes.toBase64()}\n-----END PRIVATE KEY-----`;
  const signer = await readSigner(pem, "key.pem");
  await pool.join("a", { signers: [signer.signer] });
  const { run, handle } = await started(optionsOf(pool, OPEN(1), {}, { signer }));
  const result = await handle.result;
  await run.end(result);
  assert.equal(result.iterations.completed, 40);
});

Deno.test("shares go by cores where that is asked for", async () => {
  await using pool = new RunPool();
  await pool.join("a", { cores: 3 });
  await pool.join("b", { cores: 1 });
  const { run, handle } = await started(optionsOf(pool, OPEN(2), {}, { weight: "cores" }));
  const result = await handle.result;
  await run.end(result);
  assert.deepEqual(result.shards.map(({ iterations }) => iterations.planned), [60, 20]);
});

Deno.test("a stopped run ends on all agents and is no loss", async () => {
  await using pool = new RunPool();
  await pool.join("a");
  await pool.join("b");
  const watch = progressed();
  const { run, handle }: { run: { end(r: null): Promise<void> }; handle: RunHandle } =
    await started(optionsOf(pool, OPEN(60)), watch);
  await watch.until(isRunning);
  handle.kill();
  const result = await handle.result;
  assert.equal(result.exitCode, 105);
  await run.end(null);
});
