import assert from "node:assert/strict";
import { getSummary, post, result, results } from "../_results_for_tests.ts";
import { withFolder } from "./_push_for_tests.ts";
import { collecting } from "./_served_for_tests.ts";
import { fileStore } from "./file_store.ts";
import { CollectedJobs } from "./jobs.ts";
import { summarizeJob } from "./summary.ts";

const LIMITS = { maxJobBytes: 1024 ** 2, maxJobs: 10 };

Deno.test("a job whose results can't be read leaves no file open", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/job`);
    await Deno.writeFile(`${folder}/job/results.ndjson`, new Uint8Array([0, 0, 0, 0x0a]));
    await Deno.writeTextFile(`${folder}/job/batches.log`, "4 0 -\n");
    await using jobs = new CollectedJobs(fileStore(folder, LIMITS));
    // Of what is left open, the test's sanitizers tell.
    for (let i = 0; i < 2; i++) {
      await assert.rejects(jobs.push("job", { key: null, results: [result(0)], rejected: 0 }));
    }
  }));

Deno.test("a run that can't be begun leaves the job as it was, and results are taken", () =>
  collecting(async ({ url }, folder) => {
    await post(`${url}/push/job`, [...results(3), "none"]);
    await Deno.remove(`${folder}/job/results.ndjson`);
    assert.equal((await post(`${url}/jobs/job/runs`, ""))[0], 500);
    assert.equal((await post(`${url}/push/job`, results(2)))[0], 200);
    await Deno.mkdir(`${folder}/job/batches-1.log`);
    assert.equal((await post(`${url}/jobs/job/runs`, ""))[0], 500);
    assert.equal((await post(`${url}/push/job`, results(4)))[0], 200);
    const summary = await getSummary(url, "job");
    assert.deepEqual([summary.count, summary.rejected], [4, 0]);
  }));

Deno.test("a run that can't be begun counts nothing twice", () =>
  withFolder(async (folder) => {
    const store = fileStore(folder, LIMITS);
    await using jobs = new CollectedJobs({
      ...store,
      async open(...args) {
        const log = await store.open(...args);
        return log && {
          append: (pushed) => log.append(pushed),
          startRun: () => Promise.reject(new Error("no")),
          [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
        };
      },
    });
    const pushed = { key: null, results: results(3), rejected: 1 };
    await jobs.push("job", pushed);
    await assert.rejects(jobs.startRun("job"));
    await jobs.push("job", pushed);
    const seen = await jobs.read(
      "job",
      ({ totals, rejected }) => [summarizeJob("job", totals.registry).count, rejected],
    );
    assert.deepEqual(seen, [6, 2]);
  }));
