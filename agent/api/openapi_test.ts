import assert from "node:assert/strict";
import { aborted } from "../../internal/until_for_tests.ts";
import { type Schema, violations } from "../../report/schema_for_tests.ts";
import { NO_COUNTS } from "../job.ts";
import { namesIn, until } from "../_folders_for_tests.ts";
import { startWorker } from "../worker.ts";
import { form, raw, type Served, TOKEN, withAgent } from "./_served_for_tests.ts";
import { OPENAPI } from "./openapi.ts";
import { ROUTES } from "./routes.ts";

/** The document's schemas as the checker has them. */
const DEFS = JSON.parse(
  JSON.stringify(OPENAPI.components.schemas).replaceAll("#/components/schemas/", "#/$defs/"),
) as Record<string, Schema>;

/** Documented answers, as `GET /jobs 200`, that came. */
const came = new Set<string>();

/** Checks an answer against the document: status, type and body. */
function check(method: string, path: string, status: number, headers: Headers, text: string): void {
  const operation = OPENAPI.paths[path]![method.toLowerCase()];
  const documented = operation?.responses[status];
  assert.ok(documented, `${method} ${path} has no ${status}: ${text}`);
  came.add(`${method} ${path} ${status}`);
  for (const name of Object.keys(documented.headers ?? {})) assert.ok(headers.has(name), name);
  if (documented.content === undefined) return assert.equal(text, "");
  const type = headers.get("content-type")!.split(";")[0]!;
  const { schema } = documented.content[type]!;
  const root = {
    ...JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "#/$defs/")),
    $defs: DEFS,
  } as Schema;
  const value = type === "application/json" ? JSON.parse(text) as unknown : text;
  assert.deepEqual(violations(root, value), [], `${method} ${path} ${status}`);
}

/** Asks for a documented path, with `{id}` filled in, and checks the answer. */
async function say(
  { ask }: Served,
  operation: string,
  init: RequestInit = {},
  { id = "x", query = "" } = {},
): Promise<string> {
  const [method, path] = operation.split(" ") as [string, string];
  const { status, headers, text } = await ask(method, path.replace("{id}", id) + query, init);
  check(method, path, status, headers, text);
  return text;
}

/** The same for what has to be sent by hand. */
async function sayRaw({ port }: Served, operation: string, rest: string, end = false) {
  const [method, path] = operation.split(" ") as [string, string];
  const head = `${operation} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${TOKEN}\r\n`;
  const answer = await raw(port, head + rest, { end, enough: (text) => /\r\n\r\n.+\n/.test(text) });
  const [lines, body] = answer.split("\r\n\r\n") as [string, string];
  const headers = new Headers(
    lines.split("\r\n").slice(1).map((line) => line.split(": ") as [string, string]),
  );
  check(method, path, Number(/ (\d+) /.exec(lines)![1]), headers, body);
}

Deno.test("the document has the server's paths and methods, and no others", () => {
  const served = ROUTES.flatMap(({ path, methods }) =>
    Object.keys(methods).map((method) => `${method} ${path}`)
  );
  const documented = Object.entries(OPENAPI.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
  );
  assert.deepEqual(documented.sort(), served.sort());
});

Deno.test("every documented answer comes from the server and is as documented", async () => {
  const limits = { maxUploads: 1, stallMs: 1500, maxBodyBytes: 10_000 };
  await withAgent(async (served) => {
    const { upload, queueJob, queue, store, logs, port, ask } = served;
    const one = { body: form(new Uint8Array(1)) };
    const binary = await upload();
    const job = { body: JSON.stringify({ duration: 100, binary }) };
    for (const each of ["POST /upload", "POST /queue"]) {
      await say(served, each, one);
      await say(served, each, { body: form(new Uint8Array()) });
      await say(served, each, { body: form(new Uint8Array(2000)) });
      const slow = "content-type: multipart/form-data; boundary=b\r\ncontent-length: 9\r\n\r\n--b";
      await sayRaw(served, each, slow);
      const coming = async () => (await namesIn(`${store.folder}/uploads/parts`)).length;
      {
        using connection = await Deno.connect({ hostname: "127.0.0.1", port });
        const head = `${each} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${TOKEN}\r\n`;
        await connection.write(new TextEncoder().encode(head + slow));
        await until(async () => await coming() === 1, "an upload that comes");
        await say(served, each, one);
      }
      await until(async () => await coming() === 0, "its end");
    }
    await sayRaw(served, "POST /queue", "content-length: 9\r\n\r\n{", true);
    await say(served, "POST /queue", { body: "x" });
    await say(served, "POST /queue", { body: " ".repeat(20_000) });
    const first = await queueJob({ name: "one", duration: 100, binary });
    await say(served, "POST /queue", job);
    await say(served, "POST /queue", job);
    await say(served, "GET /jobs");
    await say(served, "GET /jobs", {}, { query: "?limit=1" });
    await say(served, "GET /jobs", {}, { query: "?limit=x" });
    const worker = startWorker(queue, {
      cooldownMs: 0,
      async run({ spec: { name } }, { onState, signal }) {
        await Deno.mkdir(`${logs}/${name}`, { recursive: true });
        await Deno.writeTextFile(`${logs}/${name}/out.log`, "line\n");
        await onState("running");
        await aborted(signal);
        return { state: "done", counts: NO_COUNTS, error: null, exitCode: 0 };
      },
    });
    const is = (id: string, state: string) =>
      until(() => queue.jobs.get(id)!.job.state === state, state);
    await is(first, "running");
    await say(served, "GET /jobs/{id}", {}, { id: first });
    await say(served, "GET /jobs/{id}");
    await say(served, "GET /jobs/{id}/logs", {}, { id: first });
    await say(served, "GET /jobs/{id}/logs", {}, { id: first, query: "?tail=x" });
    await say(served, "GET /jobs/{id}/logs");
    await say(served, "DELETE /jobs/{id}", {}, { id: first });
    await is(first, "cancelled");
    await say(served, "DELETE /jobs/{id}", {}, { id: first });
    await say(served, "DELETE /jobs/{id}");
    const next = [...queue.jobs.all()].find(({ seq }) => seq === 2)!.job.id;
    await is(next, "running");
    const again = await queueJob({ name: "one", duration: 100, binary });
    await say(served, "DELETE /binaries/{id}", {}, { id: binary });
    await ask("DELETE", `/jobs/${next}`);
    await is(again, "running");
    await say(served, "GET /jobs/{id}/logs", {}, { id: first });
    await worker.stop();
    const queued = await queueJob({ duration: 100, binary });
    await say(served, "DELETE /jobs/{id}", {}, { id: queued });
    await say(served, "GET /binaries");
    await say(served, "DELETE /binaries/{id}", {}, { id: binary });
    await say(served, "DELETE /binaries/{id}");
    for (const path of ["/healthz", "/metrics"]) await say(served, `GET ${path}`);
    assert.deepEqual(JSON.parse(await say(served, "GET /openapi.json")), OPENAPI);
    // A disk that is full, as far as the journal can tell.
    const last = await queueJob({ duration: 100, binary: await upload() });
    const { put } = store.jobs;
    const { AgentError } = await import("../errors.ts");
    store.jobs.put = () => Promise.reject(new AgentError("disk_full", "write the journal"));
    await say(served, "DELETE /jobs/{id}", {}, { id: last });
    const spec = { duration: 1, binary: queue.jobs.get(last)!.job.spec.load };
    const body = JSON.stringify({ ...spec, binary: store.uploads.list().at(-1)!.id });
    await say(served, "POST /queue", { body });
    store.jobs.put = put;
  }, { limits, store: { maxUploadBytes: 1000 }, queue: { maxQueued: 2 } });

  await withAgent(async (served) => {
    const operations = ROUTES.filter(({ open }) => open !== true).flatMap(({ path, methods }) =>
      Object.keys(methods).map((method) => `${method} ${path}`)
    );
    for (const each of operations) await say(served, each, { headers: { origin: "http://evil" } });
    const headers = { authorization: "Bearer wrong" };
    for (const each of operations) await say(served, each, { headers });
    for (const each of operations) await say(served, each);
  }, { security: { token: TOKEN, maxFailures: 10 } });

  const documented = Object.entries(OPENAPI.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`)
    )
  );
  assert.deepEqual(documented.filter((each) => !came.has(each)), []);
});
