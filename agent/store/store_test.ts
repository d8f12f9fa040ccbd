import assert from "node:assert/strict";
import { withFolder } from "../_folders_for_tests.ts";
import { AgentError } from "../errors.ts";
import type { JobSpec, JobState } from "../job.ts";
import { openQueue } from "../queue.ts";
import { type EndState, type JobRecord, newRecord, openStore } from "./mod.ts";

const SPEC: JobSpec = {
  name: "one",
  users: 1,
  duration: 1,
  load: { kind: "binary", binary: crypto.randomUUID() },
  rpcAddress: "127.0.0.1:9999",
};

function record(seq: number, state: JobState, outcome: EndState | null = null): JobRecord {
  const queued = newRecord(seq, crypto.randomUUID(), SPEC, new Date(0));
  return { ...queued, outcome, job: { ...queued.job, state } };
}

Deno.test("jobs are there when the store is opened again, in their order", () =>
  withFolder(async (folder) => {
    const ids: string[] = [];
    {
      await using store = await openStore({ folder });
      const queue = openQueue(store.jobs);
      for (let i = 0; i < 3; i++) ids.push((await queue.add({ ...SPEC, name: `job ${i}` })).id);
      await queue.cancel(ids[1]!);
    }
    await using store = await openStore({ folder });
    assert.deepEqual([...store.jobs.all()].map(({ job }) => [job.id, job.state]), [
      [ids[0], "queued"],
      [ids[1], "cancelled"],
      [ids[2], "queued"],
    ]);
    assert.equal(openQueue(store.jobs).length, 2);
    assert.deepEqual(store.recovered, []);
  }));

Deno.test("jobs of an agent of before, which kept no notes, have none", () =>
  withFolder(async (folder) => {
    const { job: { notes: _, ...job }, ...rest } = record(1, "done");
    {
      await using store = await openStore({ folder });
      await store.jobs.put({ ...rest, job } as unknown as JobRecord);
    }
    await using store = await openStore({ folder });
    assert.deepEqual([...store.jobs.all()].map(({ job }) => job.notes), [[]]);
  }));

Deno.test("fault 88: after a restart the queue is kept and what ran is interrupted", () =>
  withFolder(async (folder) => {
    const before = [
      record(1, "starting"),
      record(2, "running"),
      record(3, "draining"),
      record(4, "cooling", "failed"),
      record(5, "done"),
      record(6, "queued"),
    ];
    {
      await using store = await openStore({ folder });
      for (const each of before) await store.jobs.put(each);
    }
    await using store = await openStore({ folder });
    const states = [...store.jobs.all()].map(({ job }) => job.state);
    assert.deepEqual(states, [
      ...["interrupted", "interrupted", "interrupted", "failed", "done", "queued"],
    ]);
    assert.equal(store.recovered.length, 4);
    const { job } = store.recovered[1]!.record;
    assert.equal(job.error?.code, "agent_ended");
    assert.match(job.error!.message, /while the job was running/);
    assert.notEqual(job.endedAt, null);
  }));

Deno.test("a store has one agent at a time", () =>
  withFolder(async (folder) => {
    await using first = await openStore({ folder });
    await assert.rejects(
      openStore({ folder }),
      (error) => error instanceof AgentError && error.code === "store_in_use",
    );
    await first.close();
    await (await openStore({ folder })).close();
  }));

Deno.test("the oldest jobs that have ended are forgotten past their limit, others never", () =>
  withFolder(async (folder) => {
    await using store = await openStore({ folder, keepEnded: 2 });
    await store.jobs.put(record(1, "queued"));
    for (let seq = 2; seq < 7; seq++) await store.jobs.put(record(seq, "done"));
    assert.deepEqual([...store.jobs.all()].map(({ seq }) => seq), [1, 5, 6]);
  }));

Deno.test("a store names the setting that it can't use", async () => {
  await assert.rejects(openStore({ folder: "x", keepEnded: 0 }), /keepEnded must be/);
  await assert.rejects(
    openStore({ folder: "x", maxUploadByte: 1 } as unknown as { folder: string }),
    /did you mean maxUploadBytes/,
  );
});

Deno.test("modules that came with jobs go when none that is not over needs them; uploads stay", () =>
  withFolder(async (folder) => {
    const ids: string[] = [];
    {
      await using store = await openStore({ folder });
      for (const kind of ["bundle", "bundle", "bundle", "archive"] as const) {
        const file = await store.uploads.begin(kind);
        await file.write(new TextEncoder().encode("export default () => {};"));
        ids.push((await file.commit()).id);
      }
      for (const [i, state] of (["queued", "running"] as const).entries()) {
        const spec: JobSpec = { ...SPEC, load: { kind: "script", archive: ids[i]! } };
        const { job, ...rest } = record(i + 1, state);
        await store.jobs.put({ ...rest, job: { ...job, spec } });
      }
    }
    await using store = await openStore({ folder });
    const left = store.uploads.list().map(({ id }) => id);
    assert.deepEqual(left.sort(), [ids[0]!, ids[3]!].sort());
    assert.ok((await Deno.stat(store.uploads.get(ids[0]!)!.path)).isFile);
  }));
