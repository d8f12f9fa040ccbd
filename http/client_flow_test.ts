import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { startTarget } from "../targets/mod.ts";
import {
  Client,
  type ClientEventType,
  HttpTransport,
  type OutgoingRequest,
  type Response,
  type Send,
} from "./mod.ts";

interface Echo {
  readonly headers: Record<string, string>;
  readonly data: string;
  readonly url: string;
  readonly method: string;
}

async function echoOf(response: Response): Promise<Echo> {
  return await response.json() as Echo;
}

Deno.test("requestToBeSent may change method, URL, headers and body", async () => {
  await using target = startTarget();
  await using client = new Client();
  client.on("requestToBeSent", ({ type, data }) => {
    assert.equal(type, "requestToBeSent");
    assert.match(data.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
    data.headers["X-Signed"] = "yes";
    data.body += " world!";
    data.url += "?added=1";
    data.method = "PUT";
  });
  const echo = await echoOf(await client.post(`${target.url}/anything`, { body: "Hello" }));
  assert.equal(echo.data, "Hello world!");
  assert.equal(echo.method, "PUT");
  assert.match(echo.url, /\?added=1$/);
  assert.equal(echo.headers["x-signed"] ?? echo.headers["X-Signed"], "yes");
});

Deno.test("listeners are awaited in order, and one that throws rejects the call", async () => {
  await using target = startTarget();
  await using client = new Client();
  const heard: string[] = [];
  client.on("requestToBeSent", async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    heard.push("first");
  });
  const off = client.on("requestToBeSent", () => heard.push("second"));
  const url = `${target.url}/get`;
  await client.get(url, { eventHandlers: { requestToBeSent: () => heard.push("of the call") } });
  assert.deepEqual(heard.splice(0), ["first", "second", "of the call"]);
  off();
  await client.get(url);
  assert.deepEqual(heard, ["first"]);
  client.on("responseReceived", () => {
    throw new Error("no");
  });
  await assert.rejects(client.get(url), /^Error: no$/);
});

Deno.test("an event that doesn't exist is refused, and the nearest named", async () => {
  await using client = new Client();
  const wrong = "responseRecieved" as ClientEventType;
  assert.throws(() => client.on(wrong, () => {}), /did you mean responseReceived/);
  await assert.rejects(
    client.get("http://x/", { eventHandlers: { [wrong]: () => {} } }),
    OptionError,
  );
});

Deno.test("one call's events come in their order, redirects included", async () => {
  await using target = startTarget();
  await using client = new Client();
  const heard: string[] = [];
  const types: ClientEventType[] = [
    "requestCreated",
    "requestToBeSent",
    "responseReceived",
    "redirect",
    "responseCompleted",
    "requestFailed",
  ];
  for (const type of types) client.on(type, () => heard.push(type));
  const response = await client.get(`${target.url}/redirect/1`);
  assert.equal(response.status, 200);
  assert.deepEqual(heard, [
    "requestCreated",
    "requestToBeSent",
    "responseReceived",
    "redirect",
    "requestToBeSent",
    "responseReceived",
    "responseCompleted",
  ]);
});

Deno.test("connections are told of: made, kept, and not made", async () => {
  await using target = startTarget();
  await using client = new Client();
  const heard: string[] = [];
  client.on("connectStart", ({ data }) => heard.push(`start ${data.address}`));
  client.on("connectEnd", ({ data }) => heard.push(`end ${data.socket.active}`));
  client.on("connectError", ({ data }) => heard.push(`error ${data.error.code}`));
  client.on("connectionAcquired", ({ data }) => heard.push(`reused ${data.reused}`));
  const address = new URL(target.url).host;
  await client.get(`${target.url}/get`);
  await client.get(`${target.url}/get`);
  await client.get("http://127.0.0.1:1/");
  assert.deepEqual(heard, [
    `start ${address}`,
    "end true",
    "reused false",
    "reused true",
    "start 127.0.0.1:1",
    "error connection_refused",
  ]);
});

Deno.test("a redirect may be vetoed, or sent elsewhere", async () => {
  await using target = startTarget();
  await using client = new Client();
  const url = `${target.url}/redirect/3`;
  const vetoed = await client.get(url, {
    eventHandlers: { redirect: ({ data }) => data.follow = false },
  });
  assert.equal(vetoed.status, 302);
  const elsewhere = await client.get(url, {
    eventHandlers: { redirect: ({ data }) => data.request.url = `${target.url}/status/204` },
  });
  assert.equal(elsewhere.status, 204);
});

Deno.test("response.metrics changes values and tags, drops one, drops all", async () => {
  await using target = startTarget();
  const cases: [edit: (response: Response) => void, expected: unknown][] = [
    [(response) => response.metrics["http_req_duration"]!.value = 3.1415, [1, 3.1415, 1]],
    [(response) => response.metrics["http_req_failed"]!.value = false, [1, null, 0]],
    [(response) => delete response.metrics["http_req_duration"], [1, undefined, 1]],
    [(response) => response.metrics = {}, [undefined, undefined, undefined]],
    [(response) => response.metrics["http_reqs"]!.tags["who"] = "me", [1, null, 1, "me"]],
  ];
  for (const [edit, expected] of cases) {
    const registry = new Registry();
    await runInContext(newContext(registry), async () => {
      await using client = new Client();
      client.on("responseReceived", ({ data }) => edit(data));
      await client.get(`${target.url}/status/404`);
    });
    const reqs = registry.select("http_reqs");
    const duration = registry.select("http_req_duration");
    const failed = registry.select("http_req_failed");
    const [, wanted] = expected as unknown[];
    const got = [
      reqs?.type === "counter" ? reqs.total : undefined,
      duration?.type !== "trend"
        ? undefined
        : wanted === null
        ? null
        : Math.round(duration.histogram.max * 1e4) / 1e4,
      failed?.type === "rate" ? failed.passes : undefined,
    ];
    if (registry.select("http_reqs", { who: "me" })) got.push("me" as never);
    assert.deepEqual(got, expected, edit.toString());
  }
});

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
  const { headers } = await (await more.get("/headers")).json() as Echo;
  assert.deepEqual([headers["x-a"] ?? headers["X-A"], headers["x-b"] ?? headers["X-B"]], [
    "1",
    "2",
  ]);
});
