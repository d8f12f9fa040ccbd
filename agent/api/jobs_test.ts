import assert from "node:assert/strict";
import { aborted } from "../../internal/until_for_tests.ts";
import { until } from "../_folders_for_tests.ts";
import { NO_COUNTS } from "../job.ts";
import { startWorker } from "../worker.ts";
import { form, withAgent } from "./_served_for_tests.ts";
import type { ShownJob } from "./mod.ts";

interface Page {
  readonly jobs: readonly ShownJob[];
  readonly next: string | null;
}

Deno.test("jobs are listed in their order, in pages, and by their state", () =>
  withAgent(async ({ ask, upload, queueJob }) => {
    const binary = await upload();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await queueJob({ name: `job ${i}`, duration: 1, binary }));
    assert.equal((await ask("DELETE", `/jobs/${ids[2]}`)).status, 200);
    const list = async (query: string): Promise<Page> =>
      JSON.parse((await ask("GET", `/jobs${query}`)).text) as Page;
    const first = await list("?limit=2");
    assert.deepEqual(first.jobs.map(({ id }) => id), ids.slice(0, 2));
    const second = await list(`?limit=2&after=${first.next}`);
    assert.deepEqual(second.jobs.map(({ id }) => id), ids.slice(2, 4));
    const third = await list(`?limit=2&after=${second.next}`);
    assert.deepEqual([third.jobs.map(({ id }) => id), third.next], [ids.slice(4), null]);
    assert.deepEqual((await list("?state=cancelled")).jobs.map(({ id }) => id), [ids[2]]);
    for (const bad of ["?state=over", "?limit=0", "?limit=x", "?after=x"]) {
      assert.equal((await ask("GET", `/jobs${bad}`)).status, 400, bad);
    }
  }));

Deno.test("a job tells its place in the queue, its progress and its counts while it runs", () =>
  withAgent(async ({ ask, upload, queueJob, queue }) => {
    const binary = await upload();
    const first = await queueJob({ duration: 100, binary });
    const second = await queueJob({ duration: 100, binary });
    const get = async (id: string) =>
      JSON.parse((await ask("GET", `/jobs/${id}`)).text) as ShownJob;
    assert.deepEqual([(await get(first)).ahead, (await get(second)).ahead], [0, 1]);
    await using _worker = startWorker(queue, {
      cooldownMs: 0,
      async run(_job, { onState, onCounts, signal }) {
        await onState("running");
        onCounts({ ...NO_COUNTS, printed: 7 });
        await aborted(signal);
        return { state: "done", counts: NO_COUNTS, error: null, exitCode: null };
      },
    });
    await until(async () => (await get(first)).counts.printed === 7, "counts");
    const running = await get(first);
    assert.deepEqual([running.state, running.ahead], ["running", null]);
    assert.ok(running.progress >= 0 && running.progress < 1);
    assert.equal((await get(second)).ahead, 0);
    const { status, text } = await ask("DELETE", `/jobs/${first}`);
    assert.equal(status, 202, text);
    await until(async () => (await get(first)).state === "cancelled", "cancelled");
    assert.equal((await get(first)).progress, 1);
    assert.equal((await ask("DELETE", `/jobs/${first}`)).status, 409);
    assert.equal((await ask("GET", "/jobs/x")).status, 404);
  }));

Deno.test("logs are read whole or from their end, until a later job of that name replaces them", () =>
  withAgent(async ({ ask, upload, queueJob, queue, logs }) => {
    const binary = await upload();
    const id = await queueJob({ name: "mine", duration: 1, binary });
    const path = `/jobs/${id}/logs`;
    assert.equal((await ask("GET", path)).status, 404);
    await using _worker = startWorker(queue, {
      cooldownMs: 0,
      async run({ spec: { name } }) {
        await Deno.mkdir(`${logs}/${name}`, { recursive: true });
        await Deno.writeTextFile(`${logs}/${name}/out.log`, "0123456789");
        await Deno.writeTextFile(`${logs}/${name}/err.log`, "");
        return { state: "done", counts: NO_COUNTS, error: null, exitCode: null };
      },
    });
    const isDone = (id: string) => until(() => queue.jobs.get(id)!.job.state === "done", "done");
    await isDone(id);
    const text = async (query: string) => (await ask("GET", `${path}${query}`)).text;
    assert.deepEqual(
      [await text(""), await text("?tail=3"), await text("?tail=30"), await text("?stream=err")],
      ["0123456789", "789", "0123456789", ""],
    );
    for (const bad of ["?stream=x", "?tail=0", "?tail=x"]) {
      assert.equal((await ask("GET", `${path}${bad}`)).status, 400, bad);
    }
    assert.equal((await ask("GET", "/jobs/x/logs")).status, 404);
    const later = await queueJob({ name: "mine", duration: 1, binary });
    await isDone(later);
    assert.equal((await ask("GET", path)).status, 410);
    assert.equal((await ask("GET", `/jobs/${later}/logs`)).status, 200);
  }));

Deno.test("a script is an uploaded archive, or one module that comes with its job", () =>
  withAgent(async ({ ask, upload, queueJob, queue, store }) => {
    const tar = new Uint8Array(1024);
    tar.set(new TextEncoder().encode("ustar"), 257);
    const archive = await upload(tar);
    const first = await queueJob({ name: "a", script: archive });
    assert.deepEqual(queue.jobs.get(first)!.job.spec.load, { kind: "script", archive });
    const second = await queueJob({ name: "b", script: { source: "export default () => {};" } });
    const { load } = queue.jobs.get(second)!.job.spec;
    const stored = store.uploads.get(load.kind === "script" ? load.archive : "")!;
    assert.equal(stored.kind, "bundle");
    assert.equal(await Deno.readTextFile(stored.path), "export default () => {};");
    assert.match(stored.path, /\.ts$/);
    // Each kind runs as what it is.
    const binary = await upload();
    for (
      const job of [{ script: binary }, { binary: archive, duration: 1 }, { script: { code: "" } }]
    ) {
      assert.equal((await ask("POST", "/queue", { body: JSON.stringify(job) })).status, 400);
    }
  }));

Deno.test("a module that came with a job that is refused is not kept", () =>
  withAgent(async ({ ask, store }) => {
    const body = JSON.stringify({ script: { source: "export default () => {};" } });
    assert.equal((await ask("POST", "/queue", { body })).status, 201);
    assert.equal((await ask("POST", "/queue", { body })).status, 429);
    assert.equal(store.uploads.list().length, 1);
  }, { queue: { maxQueued: 1 } }));

Deno.test("uploads are listed, and removed once no job needs them", () =>
  withAgent(async ({ ask, upload, queueJob }) => {
    const binary = await upload();
    const { binaries } = JSON.parse((await ask("GET", "/binaries")).text) as {
      binaries: Record<string, unknown>[];
    };
    assert.deepEqual(binaries.map(({ id, kind, bytes }) => [id, kind, bytes]), [
      [binary, "binary", 10],
    ]);
    assert.equal(Object.hasOwn(binaries[0]!, "path"), false);
    const job = await queueJob({ duration: 1, binary });
    assert.equal((await ask("DELETE", `/binaries/${binary}`)).status, 409);
    await ask("DELETE", `/jobs/${job}`);
    assert.equal((await ask("DELETE", `/binaries/${binary}`)).status, 204);
    assert.equal((await ask("DELETE", `/binaries/${binary}`)).status, 404);
    assert.equal(
      (await ask("POST", "/queue", { body: `{"duration":1,"binary":"${binary}"}` })).status,
      400,
    );
  }));

Deno.test("/metrics are Prometheus' text format, with what was asked and what is queued", () =>
  withAgent(async ({ ask, upload, queueJob }) => {
    await queueJob({ duration: 1, binary: await upload() });
    await ask("POST", "/upload", { body: form(new Uint8Array()) });
    await ask("GET", '/no"where\n');
    const { text, headers } = await ask("GET", "/metrics");
    assert.match(headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
    for (
      const line of [
        'downpour_agent_jobs{state="queued"} 1',
        "downpour_agent_queue_length 1",
        "downpour_agent_uploads_total 1",
        "downpour_agent_uploaded_bytes_total 10",
        "downpour_agent_stored_bytes 10",
        'downpour_agent_http_requests_total{method="POST",path="/upload",status="400"} 1',
        'downpour_agent_http_requests_total{method="other",path="other",status="404"} 1',
      ]
    ) assert.ok(text.includes(`${line}\n`), `${line} in ${text}`);
    for (const line of text.trimEnd().split("\n")) {
      assert.match(
        line,
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [\d.e+-]+)$/,
      );
    }
  }));
