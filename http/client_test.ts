import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import { rejection } from "./_rejection_for_tests.ts";
import { Client, Request, setClientDefaults } from "./mod.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Deno.test("a client sends one plain request and reads status, headers and body", async () => {
  await using server = rawServer((x) =>
    x.send("HTTP/1.1 201 Made It\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello")
  );
  await using client = new Client();
  const response = await client.get(`${server.url}/a/b?c=d#e`);
  assert.equal(response.status, 201);
  assert.equal(response.statusText, "Made It");
  assert.equal(response.ok, true);
  assert.equal(response.headers.get("X-a"), "1, 2");
  assert.equal(await response.text(), "hello");
  assert.equal(await response.text(), "hello", "a body in memory can be read again");
  assert.equal(response.url, `${server.url}/a/b?c=d`);
  assert.equal(response.error, null);
  assert.equal(response.errorCode, 0);
  assert.match(
    server.heads[0]!,
    /^GET \/a\/b\?c=d HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nUser-Agent: downpour\/[\d.]+$/,
  );
});

Deno.test("connections are kept and used again, the last one first", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client();
  for (let i = 0; i < 5; i++) assert.equal((await client.get(server.url)).status, 200);
  assert.equal(server.connections, 1);
  assert.equal(server.heads.length, 5);
  assert.equal(client.socket?.active, true);
});

Deno.test("requests at the same time get a connection each", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client();
  await Promise.all(Array.from({ length: 4 }, () => client.get(server.url)));
  assert.equal(server.connections, 4);
});

Deno.test("noConnectionReuse and Connection: close end the connection after a response", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({ noConnectionReuse: true });
  await client.get(server.url);
  await client.get(server.url);
  assert.equal(server.connections, 2);
  await using closing = rawServer((x) =>
    x.send(OK.replace("OK\r\n", "OK\r\nConnection: close\r\n"))
  );
  await using other = new Client();
  await other.get(closing.url);
  await other.get(closing.url);
  assert.equal(closing.connections, 2);
});

Deno.test("headers merge client < request < call by name, and null takes one away", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({
    headers: { "X-One": "client", "X-Two": "client", "X-Three": "client" },
  });
  const request = new Request(server.url, {
    headers: { "x-two": "request", "Case-Sensitive": "r" },
  });
  await client.get(request, { headers: { "X-THREE": null, "case-sensitive": "call" } });
  assert.match(server.heads[0]!, /X-One: client\r\nx-two: request\r\ncase-sensitive: call$/);
  await client.get(request);
  assert.match(
    server.heads[1]!,
    /X-Three: client\r\nCase-Sensitive: r$/,
    "sending left the request alone",
  );
  const clash = await rejection(() => client.post(request));
  assert.equal(clash.code, "request_invalid");
});

Deno.test("query parameters are appended, arrays repeat, undefined is left out", async () => {
  await using server = rawServer((x) => x.send(OK));
  await using client = new Client({ baseUrl: server.url });
  const response = await client.get("/p?a=1", {
    query: { b: "x y", c: [1, 2], d: undefined, e: true },
  });
  assert.match(server.heads[0]!, /^GET \/p\?a=1&b=x\+y&c=1&c=2&e=true /);
  assert.equal(response.request.url, `${server.url}/p?a=1&b=x+y&c=1&c=2&e=true`);
});

Deno.test("metrics have one set of samples an attempt, with k6's tags", async () => {
  await using server = rawServer((x) =>
    x.send(x.head.includes("/no") ? OK.replace("200", "404") : OK)
  );
  const registry = new Registry();
  const context = newContext(registry, registry.tags.with("scenario", "s"));
  await runInContext(context, async () => {
    await using client = new Client({ tags: { team: "a" } });
    await client.get(`${server.url}/yes?x=1`);
    await client.get(`${server.url}/yes?x=2`);
    await client.get(`${server.url}/no`, { name: "missing", tags: { kind: "b" } });
  });
  const series = [...registry.series("http_reqs")].map((one) => ({
    tags: Object.fromEntries(one.tags.entries),
    aggregate: one.aggregate,
  }));
  assert.deepEqual(series, [
    {
      tags: {
        expected_response: "true",
        method: "GET",
        name: `${server.url}/yes`,
        proto: "HTTP/1.1",
        scenario: "s",
        status: "200",
        team: "a",
        url: `${server.url}/yes`,
      },
      aggregate: { type: "counter", total: 2 },
    },
    {
      tags: {
        error_code: "1404",
        expected_response: "false",
        kind: "b",
        method: "GET",
        name: "missing",
        proto: "HTTP/1.1",
        scenario: "s",
        status: "404",
        team: "a",
        url: "missing",
      },
      aggregate: { type: "counter", total: 1 },
    },
  ]);
  const failed = registry.select("http_req_failed");
  assert.deepEqual(failed, { type: "rate", passes: 1, total: 3 });
  for (
    const phase of [
      "blocked",
      "connecting",
      "tls_handshaking",
      "sending",
      "waiting",
      "receiving",
      "duration",
    ]
  ) {
    const trend = registry.select(`http_req_${phase}`);
    assert(trend?.type === "trend");
    assert.equal(trend.histogram.count, 3, phase);
  }
});

Deno.test("answers in HTTP/1.0 and HTTP/1.1 to one request are told apart", async () => {
  await using server = rawServer((x) =>
    x.send(
      x.request === 0 && x.connection === 1
        ? OK.replace("HTTP/1.1", "HTTP/1.0")
        : OK.replace("\r\n", "\r\nConnection: close\r\n"),
    )
  );
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client();
    for (let i = 0; i < 3; i++) await client.get(server.url);
  });
  assert.deepEqual(registry.select("http_reqs", { proto: "HTTP/1.0" }), {
    type: "counter",
    total: 1,
  });
  assert.deepEqual(registry.select("http_reqs", { proto: "HTTP/1.1" }), {
    type: "counter",
    total: 2,
  });
});

Deno.test("a client takes the defaults that the run's options set", async () => {
  await using server = rawServer((x) => x.send(OK));
  const context = newContext(new Registry());
  setClientDefaults(context, { userAgent: "mine/1", discardResponseBodies: true });
  await runInContext(context, async () => {
    await using client = new Client({ headers: { "X-A": "1" } });
    const response = await client.get(server.url);
    assert.equal((await rejection(() => response.text())).code, "request_invalid");
  });
  assert.match(server.heads[0]!, /User-Agent: mine\/1\r\nX-A: 1$/);
});
