import assert from "node:assert/strict";
import { aborted } from "../internal/until_for_tests.ts";
import { until, withFolder } from "./_folders_for_tests.ts";
import { AgentError } from "./errors.ts";
import { type JobCounts, type JobSpec, type JobState, NO_COUNTS } from "./job.ts";
import { type JobQueue, openQueue } from "./queue.ts";
import { type AgentStore, openStore } from "./store/mod.ts";
import { type JobEnd, type JobRunner, startWorker } from "./worker.ts";

const SPEC: JobSpec = {
  name: "one",
  users: 1,
  duration: 100,
  load: { kind: "binary", binary: crypto.randomUUID() },
  rpcAddress: "127.0.0.1:9999",
};
const DONE: JobEnd = { state: "done", counts: NO_COUNTS, error: null, exitCode: null };

/** A store, and the states of each job in the order in which they were written. */
async function withStore(
  use: (queue: JobQueue, states: () => Promise<string[]>, store: AgentStore) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await using store = await openStore({ folder });
    const states = async () => {
      const text = await Deno.readTextFile(`${folder}/jobs-v1.log`);
      return [...text.matchAll(/"state":"([a-z]+)"/g)].map(([, state]) => state!);
    };
    await use(openQueue(store.jobs), states, store);
  });
}

const stateOf = (queue: JobQueue, id: string): JobState => queue.jobs.get(id)!.job.state;
const isIn = (queue: JobQueue, id: string, state: JobState) =>
  until(() => stateOf(queue, id) === state, state);

Deno.test("a job goes through its states, each written before the next", () =>
  withStore(async (queue, states) => {
    const counts: JobCounts = { ...NO_COUNTS, calls: 3 };
    await using _worker = startWorker(queue, {
      cooldownMs: 5,
      async run(_job, { onState, onCounts }) {
        await onState("running");
        onCounts(counts);
        await onState("draining");
        return { ...DONE, counts, exitCode: 0 };
      },
    });
    const { id } = await queue.add(SPEC);
    await isIn(queue, id, "done");
    assert.deepEqual(await states(), [
      ...["queued", "starting", "running", "draining", "cooling", "done"],
    ]);
    const { job, process, outcome } = queue.jobs.get(id)!;
    assert.deepEqual(job.counts, counts);
    assert.deepEqual([job.exitCode, job.error, process, outcome], [0, null, null, null]);
    assert.ok(job.startedAt !== null && job.endedAt !== null);
  }));

Deno.test("a job keeps the first notes of how it ran, long ones cut", () =>
  withStore(async (queue) => {
    const notes = ["x".repeat(501), ...Array.from({ length: 20 }, (_, i) => `note ${i}`)];
    await using _worker = startWorker(queue, {
      cooldownMs: 0,
      run: () => Promise.resolve({ ...DONE, notes }),
    });
    const { id } = await queue.add(SPEC);
    assert.deepEqual(queue.jobs.get(id)!.job.notes, []);
    await isIn(queue, id, "done");
    const kept = queue.jobs.get(id)!.job.notes;
    assert.deepEqual(kept, ["x".repeat(500), ...notes.slice(1, 10)]);
  }));

Deno.test("jobs run one at a time, with a rest between them", () =>
  withStore(async (queue) => {
    const events: string[] = [];
    await using _worker = startWorker(queue, {
      cooldownMs: 1000,
      sleep: (ms) => Promise.resolve(void events.push(`rest ${ms}`)),
      async run({ spec: { name } }) {
        events.push(`begin ${name}`);
        await Promise.resolve();
        events.push(`end ${name}`);
        return DONE;
      },
    });
    await queue.add({ ...SPEC, name: "a" });
    const { id } = await queue.add({ ...SPEC, name: "b" });
    await isIn(queue, id, "done");
    assert.deepEqual(events, [
      ...["begin a", "end a", "rest 1000", "begin b", "end b", "rest 1000"],
    ]);
  }));

Deno.test("a runner that throws is a job that failed, and the next one runs", () =>
  withStore(async (queue) => {
    await using _worker = startWorker(queue, {
      cooldownMs: 0,
      run: ({ spec: { name } }) =>
        name === "bad"
          ? Promise.reject(new AgentError("rpc_error", "no answer"))
          : Promise.resolve(DONE),
    });
    const bad = await queue.add({ ...SPEC, name: "bad" });
    const good = await queue.add(SPEC);
    await isIn(queue, good.id, "done");
    const { state, error } = queue.jobs.get(bad.id)!.job;
    assert.deepEqual([state, error], ["failed", { code: "rpc_error", message: "no answer" }]);
  }));

/** Runs until it is told to end. */
const endless: JobRunner = async (_job, { onState, signal }) => {
  await onState("running");
  await aborted(signal);
  return DONE;
};

Deno.test("a job that is cancelled while it runs ends as cancelled", () =>
  withStore(async (queue) => {
    await using _worker = startWorker(queue, { cooldownMs: 0, run: endless });
    const { id } = await queue.add(SPEC);
    await isIn(queue, id, "running");
    assert.equal((await queue.cancel(id)).state, "running");
    await isIn(queue, id, "cancelled");
    assert.equal(queue.jobs.get(id)!.job.error?.code, "job_cancelled");
  }));

Deno.test("an agent that is stopped leaves its job interrupted and its queue as it is", () =>
  withStore(async (queue) => {
    const worker = startWorker(queue, { cooldownMs: 60_000, run: endless });
    const first = await queue.add(SPEC);
    const second = await queue.add(SPEC);
    await isIn(queue, first.id, "running");
    await worker.stop();
    assert.equal(stateOf(queue, first.id), "interrupted");
    assert.equal(queue.jobs.get(first.id)!.job.error?.code, "agent_stopped");
    assert.equal(stateOf(queue, second.id), "queued");
  }));

Deno.test("a stop ends the rest after a job, which has its end then", () =>
  withStore(async (queue) => {
    const worker = startWorker(queue, { cooldownMs: 60_000, run: () => Promise.resolve(DONE) });
    const { id } = await queue.add(SPEC);
    await isIn(queue, id, "cooling");
    assert.equal(queue.progress(id), 1);
    await assert.rejects(queue.cancel(id), /it is cooling/);
    await worker.stop();
    assert.equal(stateOf(queue, id), "done");
  }));

Deno.test("a job whose process can't be written down fails before anything of it runs", () =>
  withStore(async (queue, _states, store) => {
    const { put } = store.jobs;
    store.jobs.put = (record) =>
      record.process === null ? put(record) : Promise.reject(new AgentError("disk_full", "full"));
    let executed = false;
    await using _worker = startWorker(queue, {
      cooldownMs: 0,
      async run(_job, { onProcess }) {
        await onProcess({ pid: 1, startTicks: null, bootId: null });
        executed = true;
        return DONE;
      },
    });
    const { id } = await queue.add(SPEC);
    await isIn(queue, id, "failed");
    assert.equal(queue.jobs.get(id)!.job.error?.code, "disk_full");
    assert.equal(executed, false);
  }));

Deno.test("a worker refuses a cooldown that is none", () =>
  withStore((queue) => {
    assert.throws(() => startWorker(queue, { cooldownMs: -1, run: endless }), /cooldownMs must be/);
    assert.throws(
      () => startWorker(queue, { cooldownMs: NaN, run: endless }),
      /cooldownMs must be/,
    );
    return Promise.resolve();
  }));
