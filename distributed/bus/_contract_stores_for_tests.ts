import assert from "node:assert/strict";
import { bytesOf, firstOf, textOf, waiter, type WorldTest } from "./_contract_world_for_tests.ts";
import type { Entry } from "./bus.ts";

/** What keys do. */
export function keysContract(test: WorldTest): void {
  test("a key has no value, then one, then none", async (world) => {
    const { keys } = await world.bus("a");
    assert.equal(await keys.get("runs.r.spec"), null);
    const revision = await keys.put("runs.r.spec", bytesOf("one"));
    const entry = await keys.get("runs.r.spec");
    assert.deepEqual([entry?.key, textOf(entry?.value), entry?.revision], [
      "runs.r.spec",
      "one",
      revision,
    ]);
    await keys.delete("runs.r.spec");
    assert.equal(await keys.get("runs.r.spec"), null);
    await keys.delete("runs.r.spec");
  });

  test("a key is made once, again after it was deleted, and replaced by revision", async (world) => {
    const { keys } = await world.bus("a");
    const other = (await world.bus("b")).keys;
    const first = await keys.create("lease", bytesOf("a"));
    await assert.rejects(other.create("lease", bytesOf("b")), { code: "bus_conflict" });
    const second = await other.update("lease", bytesOf("b"), first);
    assert(second > first);
    await assert.rejects(keys.update("lease", bytesOf("a"), first), { code: "bus_conflict" });
    assert.equal(textOf((await keys.get("lease"))?.value), "b");
    await keys.delete("lease");
    await assert.rejects(keys.update("lease", bytesOf("a"), second), { code: "bus_conflict" });
    assert(await keys.create("lease", bytesOf("c")) > second);
    await assert.rejects(keys.update("never", bytesOf("x"), 7), { code: "bus_conflict" });
  });

  test("of many that make a key, one does", async (world) => {
    const buses = await Promise.all(["a", "b", "c"].map((name) => world.bus(name)));
    const made = await Promise.allSettled(
      buses.map(({ keys }) => keys.create("start", bytesOf("same for all"))),
    );
    assert.equal(made.filter(({ status }) => status === "fulfilled").length, 1);
  });

  test("keys are listed below whole words, without those that were deleted", async (world) => {
    const { keys } = await world.bus("a");
    for (const key of ["agents.a", "agents.b", "agents.c", "agentsx.d", "agents"]) {
      await keys.put(key, bytesOf(key));
    }
    await keys.delete("agents.b");
    const found = await keys.list("agents");
    assert.deepEqual(found.map(({ key, value }) => [key, textOf(value)]).sort(), [
      ["agents.a", "agents.a"],
      ["agents.c", "agents.c"],
    ]);
    assert.deepEqual(await keys.list("runs"), []);
  });

  test("who watches is told what there is, then each change, until it is aborted", async (world) => {
    const { keys } = await world.bus("a");
    const watcher = (await world.bus("b")).keys;
    await keys.put("agents.a", bytesOf("1"));
    await keys.put("agents.b", bytesOf("1"));
    await keys.delete("agents.b");
    await keys.put("runs.r", bytesOf("1"));
    const told: string[] = [];
    const abort = new AbortController();
    const seen = waiter();
    const on = (key: string, entry: Entry | null) => {
      told.push(`${key}=${textOf(entry?.value)}`);
      seen.wake();
    };
    await watcher.watch("agents", on, abort.signal);
    assert.deepEqual(told, ["agents.a=1"]);
    await keys.put("agents.c", bytesOf("2"));
    await seen.until(() => told.length === 2);
    await keys.put("runs.r", bytesOf("2"));
    await keys.delete("agents.a");
    await seen.until(() => told.length === 3);
    assert.deepEqual(told, ["agents.a=1", "agents.c=2", "agents.a=nothing"]);
    abort.abort();
    const after = waiter();
    const second = new AbortController();
    await watcher.watch("agents", after.wake, second.signal);
    await keys.put("agents.d", bytesOf("3"));
    await after.until(() => after.count === 2);
    second.abort();
    assert.equal(told.length, 3);
  });

  test("a value is as it was when it was written", async (world) => {
    const { keys, log, blobs } = await world.bus("a");
    const bytes = bytesOf("before");
    const written = [keys.put("key", bytes), log.append("up", "1", bytes), blobs.put(bytes)];
    bytes.fill(0);
    const [, , hash] = await Promise.all(written);
    assert.equal(textOf((await keys.get("key"))?.value), "before");
    assert.equal(textOf((await firstOf(log, "up", 1))[0]?.bytes), "before");
    assert.equal(textOf(await blobs.get(String(hash))), "before");
  });
}

/** What blobs do. */
export function blobsContract(test: WorldTest): void {
  test("bytes are kept by their hash, once, whatever their size", async (world) => {
    const { blobs } = await world.bus("a");
    const other = (await world.bus("b")).blobs;
    const large = new Uint8Array(3_000_001).map((_, i) => i * 31 + (i >> 8));
    for (const bytes of [bytesOf("script"), new Uint8Array(0), large]) {
      const hash = await blobs.put(bytes);
      assert.match(hash, /^[0-9a-f]{64}$/);
      assert.equal(await other.put(bytes), hash);
      assert.deepEqual(new Uint8Array(await other.get(hash)), bytes);
    }
    assert.equal(
      await blobs.put(bytesOf("abc")),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  test("a blob that isn't there is missing, and what is no hash is refused", async (world) => {
    const { blobs } = await world.bus("a");
    await assert.rejects(blobs.get("0".repeat(64)), { code: "bus_missing" });
    await assert.rejects(blobs.get("../../etc/passwd"), { code: "bus_refused" });
  });
}
