import assert from "node:assert/strict";
import { withFolder } from "./_folders_for_tests.ts";
import { AgentError } from "./errors.ts";
import type { JobSpec } from "./job.ts";
import { openQueue } from "./queue.ts";
import { openStore } from "./store/mod.ts";

const SPEC: JobSpec = {
  name: "one",
  users: 1,
  duration: 1,
  load: { kind: "binary", binary: crypto.randomUUID() },
  rpcAddress: "127.0.0.1:9999",
};
const never = new AbortController().signal;

function code(expected: string): (error: unknown) => boolean {
  return (error) => error instanceof AgentError && error.code === expected;
}

Deno.test("10,000 jobs queue, survive, and come out first in, first out", () =>
  withFolder(async (folder) => {
    const names = Array.from({ length: 10_000 }, (_, i) => `job ${i}`);
    {
      await using store = await openStore({ folder });
      const queue = openQueue(store.jobs);
      await Promise.all(names.map((name) => queue.add({ ...SPEC, name })));
      assert.equal(queue.length, 10_000);
      await assert.rejects(queue.add(SPEC), code("queue_full"));
    }
    await using store = await openStore({ folder });
    const queue = openQueue(store.jobs);
    assert.equal(queue.length, 10_000);
    const out: string[] = [];
    while (queue.length > 0) {
      const claim = await queue.claim(never);
      out.push(claim!.record.job.spec.name);
      await claim!.release();
    }
    assert.deepEqual(out, names);
  }));

Deno.test("fault 89: a flood of jobs is refused past the limit, also those that are being written", () =>
  withFolder(async (folder) => {
    await using store = await openStore({ folder });
    const queue = openQueue(store.jobs, { maxQueued: 3 });
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => queue.add(SPEC)));
    assert.equal(all.filter(({ status }) => status === "fulfilled").length, 3);
    const claim = await queue.claim(never);
    await claim!.release();
    await queue.add(SPEC);
    await assert.rejects(queue.add(SPEC), code("queue_full"));
  }));

Deno.test("a change of the clock changes no order", () =>
  withFolder(async (folder) => {
    let hour = 20;
    const now = () => new Date(3_600_000 * hour--); // an hour back each time
    {
      await using store = await openStore({ folder, now });
      const queue = openQueue(store.jobs, { now });
      for (const name of ["a", "b", "c"]) await queue.add({ ...SPEC, name });
    }
    await using store = await openStore({ folder, now });
    const queue = openQueue(store.jobs, { now });
    const out: string[] = [];
    for (let i = 0; i < 3; i++) out.push((await queue.claim(never))!.record.job.spec.name);
    assert.deepEqual(out, ["a", "b", "c"]);
  }));

Deno.test("whoever waits for a job gets it when it comes, or null when aborted", () =>
  withFolder(async (folder) => {
    await using store = await openStore({ folder });
    const queue = openQueue(store.jobs);
    const waiting = queue.claim(never);
    const { id } = await queue.add(SPEC);
    assert.equal((await waiting)!.record.job.id, id);
    const stop = new AbortController();
    const other = queue.claim(stop.signal);
    stop.abort();
    assert.equal(await other, null);
  }));

Deno.test("a cancelled job leaves the queue; one that is claimed is asked to end", () =>
  withFolder(async (folder) => {
    await using store = await openStore({ folder });
    const queue = openQueue(store.jobs);
    const [first, second] = [await queue.add(SPEC), await queue.add(SPEC)];
    assert.deepEqual([queue.ahead(first.id), queue.ahead(second.id)], [0, 1]);
    const claim = await queue.claim(never);
    assert.equal((await queue.cancel(second.id)).state, "cancelled");
    assert.equal(queue.length, 0);
    assert.equal((await queue.cancel(first.id)).state, "queued");
    assert.equal(claim!.cancelled.aborted, true);
    await assert.rejects(queue.cancel(second.id), code("job_over"));
    await assert.rejects(queue.cancel("x"), code("job_unknown"));
  }));

Deno.test("a queue knows which uploads its jobs need", () =>
  withFolder(async (folder) => {
    await using store = await openStore({ folder });
    const queue = openQueue(store.jobs);
    const binary = SPEC.load.kind === "binary" ? SPEC.load.binary : "";
    const adding = queue.add(SPEC);
    assert.equal(queue.needs(binary), true, "while it is being written");
    await adding;
    assert.equal(queue.needs(binary), true);
    const claim = await queue.claim(never);
    assert.equal(queue.needs(binary), true);
    await claim!.release();
    assert.equal(queue.needs(binary), false);
  }));

Deno.test("a module that came with a job goes with the last job that needs it", () =>
  withFolder(async (folder) => {
    await using store = await openStore({ folder });
    const { uploads } = store;
    const queue = openQueue(store.jobs, { uploads, maxQueued: 2 });
    const stored = async (kind: "bundle" | "archive"): Promise<string> => {
      const file = await uploads.begin(kind);
      await file.write(new TextEncoder().encode("export default () => {};"));
      return (await file.commit()).id;
    };
    const add = (archive: string) => queue.add({ ...SPEC, load: { kind: "script", archive } });
    const [module, archive] = [await stored("bundle"), await stored("archive")];
    await add(module);
    const { id } = await add(module);
    await assert.rejects(add(module), code("queue_full"));
    const refused = await stored("bundle");
    await assert.rejects(add(refused), code("queue_full"));
    assert.deepEqual(uploads.list().map((each) => each.id), [module, archive]);
    await (await queue.claim(never))!.release();
    assert.notEqual(uploads.get(module), undefined);
    await queue.cancel(id);
    assert.equal(uploads.get(module), undefined);
    await add(archive);
    await (await queue.claim(never))!.release();
    assert.deepEqual(uploads.list().map((each) => each.id), [archive]);
  }));
