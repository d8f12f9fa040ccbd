import assert from "node:assert/strict";
import { until } from "../_folders_for_tests.ts";
import { canMount, fill, withSmallDisk } from "../_small_disk_for_tests.ts";
import { AgentError } from "../errors.ts";
import { type JobSpec, NO_COUNTS } from "../job.ts";
import { openQueue } from "../queue.ts";
import { startWorker } from "../worker.ts";
import { openStore } from "./mod.ts";

const SPEC: JobSpec = {
  name: "one",
  users: 1,
  duration: 1,
  load: { kind: "binary", binary: crypto.randomUUID() },
  rpcAddress: "127.0.0.1:9999",
};

const code = (expected: string) => (error: unknown) =>
  error instanceof AgentError && error.code === expected;

const name =
  "fault 86: on a full disk jobs fail and the queue keeps what it has, until there is room";
Deno.test({
  name: canMount ? name : `${name} (needs mount)`,
  ignore: !canMount,
  fn: () =>
    withSmallDisk(async (folder) => {
      {
        await using store = await openStore({ folder: `${folder}/data` });
        const queue = openQueue(store.jobs);
        const first = await queue.add(SPEC);
        await fill(`${folder}/filler`);
        // What doesn't fit was never queued.
        const many = await Promise.allSettled(
          Array.from({ length: 20 }, () => queue.add({ ...SPEC, name: "x".repeat(100) })),
        );
        const lost = many.filter((each) => each.status === "rejected");
        const kept = many.length - lost.length; // in the last block of the journal
        assert.ok(lost.length > 0);
        for (const each of lost) assert.ok(code("disk_full")(each.reason));
        assert.equal(queue.length, 1 + kept);
        // An upload is refused, and leaves nothing.
        const file = await store.uploads.begin();
        await assert.rejects(file.write(new Uint8Array(1 << 20)), code("disk_full"));
        await file.abort();
        assert.equal(store.uploads.bytes, 0);
        // A job whose beginning can't be written down doesn't begin.
        await fill(`${folder}/filler`);
        const ran: string[] = [];
        await using _worker = startWorker(queue, {
          cooldownMs: 0,
          run({ id }) {
            ran.push(id);
            return Promise.resolve({
              state: "done",
              counts: NO_COUNTS,
              error: null,
              exitCode: null,
            });
          },
        });
        const haveFailed = () => store.jobs.all().every(({ job }) => job.state === "failed");
        await until(haveFailed, "failed");
        assert.equal(store.jobs.get(first.id)!.job.error?.code, "disk_full");
        // There is room again: all goes on.
        await Deno.remove(`${folder}/filler`);
        const second = await queue.add(SPEC);
        await until(() => store.jobs.get(second.id)!.job.state === "done", "done");
        assert.deepEqual(ran, [second.id]);
      }
      await using store = await openStore({ folder: `${folder}/data` });
      const states = [...store.jobs.all()].map(({ job }) => job.state);
      assert.deepEqual(states, [...states.slice(1).map(() => "failed"), "done"]);
    }),
});
