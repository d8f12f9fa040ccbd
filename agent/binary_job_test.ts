import assert from "node:assert/strict";
import { freePort, programTest } from "../internal/programs_for_tests.ts";
import { startApi } from "./api/mod.ts";
import { binaryJobs } from "./binary_job.ts";
import { startCollector } from "./collector/mod.ts";
import { withFolder } from "./_folders_for_tests.ts";
import { writeLoadBinary } from "./_load_server_for_tests.ts";
import { keptResults } from "./_results_for_tests.ts";
import { openQueue } from "./queue.ts";
import { openStore } from "./store/mod.ts";
import { readHosts, submit } from "./submit/mod.ts";
import { startWorker } from "./worker.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

await programTest(
  ["go"],
  "upload, queue, run, collect, summary: every line of a real Go binary is accounted for",
  () =>
    withFolder(async (folder) => {
      const address = `127.0.0.1:${freePort()}`;
      const schedule = await writeLoadBinary(folder, address, "-take 2ms -lines 4");
      const kept = { kind: "files", folder: `${folder}/collected` } as const;
      await using collector = startCollector({ address: { port: 0 }, store: kept });
      await using store = await openStore({ folder: `${folder}/data` });
      const queue = openQueue(store.jobs);
      await Deno.mkdir(`${folder}/work`);
      const run = binaryJobs({
        store,
        logs: `${folder}/logs`,
        work: `${folder}/work`,
        collector: { url: collector.url },
      });
      await using _worker = startWorker(queue, {
        run: (job, hooks) => run({ ...job, spec: { ...job.spec, rpcAddress: address } }, hooks),
        cooldownMs: 0,
      });
      await using agent = startApi({
        ...{ address: { port: 0 }, store, agent: queue, logs: `${folder}/logs` },
        security: { token: TOKEN },
      });
      const jobFile = `${folder}/job.toml`;
      const text = 'type = "job"\n[schema]\nname = "real"\nusers = 20\nduration = 1\n';
      await Deno.writeTextFile(jobFile, text);
      const done = await submit({
        ...{ jobFile, schedule, token: TOKEN, collectors: [collector.url] },
        hosts: readHosts(agent.url, "hosts"),
        thresholds: ["http_reqs: count>100"],
      });
      assert.deepEqual([done.exitCode, done.failures], [0, []]);
      const { counts, state } = done.hosts[0]!;
      assert.equal(state, "done");
      assert.ok(counts.calls > 20, "more than one round");
      assert.equal(counts.printed, counts.calls * 4);
      assert.equal(counts.printed, counts.collected + counts.rejected + counts.dropped);
      assert.equal(counts.dropped, 0);
      assert.equal(done.summary!.count, counts.collected);
      assert.equal((await keptResults(`${folder}/collected`, "real")).length, counts.collected);
      assert.deepEqual(await Array.fromAsync(Deno.readDir(`${folder}/work`)), []);
    }),
);
