import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { closeOwned, newContext, Registry, runInContext } from "../metrics/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { Client, HttpTransport, type OutgoingRequest, type Response, type Send } from "./mod.ts";

Deno.test("a layer sees each attempt, and may answer by itself; next may be called once", async () => {
  await using target = startTarget();
  await using client = new Client();
  const seen: string[] = [];
  client.use((next: Send): Send => async (request: OutgoingRequest) => {
    seen.push(`outer ${request.hop}`);
    const response = await next(request);
    seen.push(`outer got ${response.status}`);
    return response;
  });
  client.use((next) => (request) => {
    seen.push(`inner ${new URL(request.url).pathname}`);
    return next(request);
  });
  await client.get(`${target.url}/redirect/1`);
  assert.deepEqual(seen, [
    "outer 0",
    "inner /redirect/1",
    "outer got 302",
    "outer 1",
    "inner /get",
    "outer got 200",
  ]);
  client.use((next) => async (request) => {
    await next(request);
    return await next(request);
  });
  await assert.rejects(client.get(`${target.url}/get`), /a layer called next twice/);
});

Deno.test("a transport may record, and replay without a network", async () => {
  await using target = startTarget();
  const tape = new Map<string, Response>();
  const real = new HttpTransport();
  const recorder = new Client({
    transport: {
      async send(request) {
        const response = await real.send(request);
        tape.set(request.url, response);
        return response;
      },
    },
  });
  const url = `${target.url}/get`;
  const first = await (await recorder.get(url)).text();
  real.close();
  const player = new Client({ transport: { send: ({ url }) => Promise.resolve(tape.get(url)!) } });
  assert.equal(await (await player.get(url)).text(), first);
});

Deno.test("transport options beside a transport are refused", () => {
  assert.throws(
    () => new Client({ transport: new HttpTransport(), version: 2 }),
    /transport is given beside version/,
  );
  assert.throws(
    () => new HttpTransport({ vesion: 2 } as Record<string, unknown>),
    /did you mean version/,
  );
});

Deno.test("retry repeats what failed or is busy, within its attempts; not what isn't idempotent", async () => {
  let count = 0;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new globalThis.Response(null, { status: ++count < 3 ? 503 : 200 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}/`;
  await using client = new Client({ retry: { attempts: 3, delay: 1 } });
  const retried: number[] = [];
  client.on("requestRetried", ({ data }) => retried.push(data.attempt));
  assert.equal((await client.get(url)).status, 200);
  assert.deepEqual(retried, [2, 3]);
  count = 0;
  assert.equal((await client.post(url)).status, 503);
  assert.equal((await client.get(url, { retry: null })).status, 503);
});

Deno.test("expectedStatuses decides what http_req_failed says; null leaves it out", async () => {
  await using target = startTarget();
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ expectedStatuses: [404, [200, 299]] });
    await client.get(`${target.url}/status/404`);
    await client.get(`${target.url}/status/500`);
    await client.get(`${target.url}/status/500`, { expectedStatuses: (status) => status === 500 });
    await client.get(`${target.url}/status/500`, { expectedStatuses: null });
  });
  const failed = registry.select("http_req_failed");
  assert.deepEqual(failed, { type: "rate", passes: 1, total: 3 });
  for (const bad of [[1], [[300, 200]], ["x"], {}]) {
    assert.throws(() => new Client({ expectedStatuses: bad as number[] }), OptionError);
  }
});

Deno.test("batch sends a list or a record at once, and gives the same shape back", async () => {
  await using target = startTarget();
  await using client = new Client({ baseUrl: target.url });
  const [get, post] = await client.batch(["/get", ["POST", "/post", { json: 1 }]] as const);
  assert.deepEqual([get.status, post.status], [200, 200]);
  const { a, b } = await client.batch({ a: "/status/201", b: "/status/202" });
  assert.deepEqual([a.status, b.status], [201, 202]);
  await assert.rejects(client.batch([3 as unknown as string]), OptionError);
});

Deno.test("extend gives a client with more options, headers merged", async () => {
  await using target = startTarget();
  await using base = new Client({ baseUrl: target.url, headers: { "X-A": "1", "X-B": "1" } });
  await using more = base.extend({ headers: { "X-B": "2" } });
  const { headers } = await (await more.get("/headers")).json() as {
    headers: Record<string, string>;
  };
  assert.deepEqual([headers["x-a"] ?? headers["X-A"], headers["x-b"] ?? headers["X-B"]], [
    "1",
    "2",
  ]);
});

Deno.test("a transport that an iteration makes ends with it", async () => {
  await using target = startTarget();
  const context = newContext(new Registry());
  const transport = runInContext(context, () => new HttpTransport());
  const client = new Client({ transport });
  assert.equal((await client.get(`${target.url}/get`)).status, 200);
  closeOwned(context);
  assert.equal(transport.socket, null);
  await assert.rejects(client.get(`${target.url}/get`), /the client was closed/);
});
