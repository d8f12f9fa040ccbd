import assert from "node:assert/strict";
import { OptionError } from "../internal/mod.ts";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { Client, type ClientEventType, type Response } from "./mod.ts";

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

Deno.test("response.metrics of a streamed body is there at its head, and applied at its end", async () => {
  await using target = startTarget();
  for (const readsItself of [false, true]) {
    const registry = new Registry();
    await runInContext(newContext(registry), async () => {
      await using client = new Client({ responseType: "stream" });
      client.on("responseReceived", async ({ data }) => {
        data.metrics["http_req_receiving"]!.value = 77;
        data.metrics["http_reqs"]!.tags["who"] = "me";
        delete data.metrics["http_req_failed"];
        if (readsItself) await data.text();
      });
      const response = await client.get(`${target.url}/bytes/500000`);
      assert.equal(registry.select("http_reqs")?.type, readsItself ? "counter" : undefined);
      if (!readsItself) await response.text();
    });
    assert.deepEqual(registry.select("http_reqs", { who: "me" }), { type: "counter", total: 1 });
    assert.equal(registry.select("http_req_failed"), undefined);
    const receiving = registry.select("http_req_receiving");
    assert(receiving?.type === "trend" && Math.abs(receiving.histogram.max - 77) < 1);
    const duration = registry.select("http_req_duration");
    assert(duration?.type === "trend" && duration.histogram.max > 0);
  }
});

Deno.test("what a listener sends elsewhere belongs there: cookies and relative redirects", async () => {
  await using meant = startTarget();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/there") return new globalThis.Response(request.headers.get("cookie"));
      const headers = { location: "/there", "set-cookie": "where=elsewhere; Path=/" };
      return new globalThis.Response(null, { status: 302, headers });
    },
  );
  const elsewhere = `http://localhost:${server.addr.port}`;
  await using client = new Client();
  client.on("requestToBeSent", ({ data }) => {
    if (data.hop === 0) data.url = `${elsewhere}/start`;
  });
  const response = await client.get(`${meant.url}/get`, { headers: { Authorization: "Bearer x" } });
  assert.equal(response.url, `${elsewhere}/there`);
  assert.equal(await response.text(), "where=elsewhere");
  const jar = await client.cookies();
  assert.deepEqual(jar?.cookiesForURL(meant.url), {});
});
