import assert from "node:assert/strict";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { rawServer } from "./_raw_server_for_tests.ts";
import {
  type CallOptions,
  Client,
  type ClientOptions,
  type HttpError,
  type Response,
} from "./mod.ts";
import { openWithin } from "./open_within.ts";
import { PhaseTimeout } from "./timed_out.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const PART = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";

/** A limit in ms that leaves time for what comes before the phase it is to end in. */
const LONG = 1000;

/** Fails a test unless it failed for one limit. */
function assertTimedOut(response: Response, limit: string, phase: string): void {
  const { status, error } = response;
  assert.ok(error instanceof PhaseTimeout, `${status} ${error}`);
  assert.deepEqual([status, error.code, error.limit], [0, "request_timeout", limit]);
  assert.equal(error.phase, phase);
  assert.match(error.message, new RegExp(`took more than \\d+ ms \\(raise timeout.${limit}\\)$`));
  assert.equal(response.errorCode, 1050);
}

/** Takes connections, and never says a word. */
function silentServer() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const conn of listener) open.push(conn);
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const conn of open) conn.close();
    },
  };
}

Deno.test("each phase of HTTP/1.1 has its limit", async () => {
  await using server = rawServer((x) => {
    const path = x.head.split(" ")[1];
    if (path === "/head") return x.send("HTTP/1.1 200 OK\r\nA: ");
    if (path === "/body") return x.send(PART);
    if (path === "/chunks") {
      return x.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    }
  });
  await using client = new Client({ baseUrl: server.url });
  const upload = { body: new Uint8Array(64 * 1024 * 1024) };
  const table: [
    path: string,
    limit: "waiting" | "receiving" | "total" | "sending",
    phase: string,
    more?: CallOptions,
  ][] = [
    ["/silent", "waiting", "headers"],
    ["/head", "receiving", "headers"],
    ["/body", "receiving", "body"],
    ["/chunks", "receiving", "body"],
    ["/body", "receiving", "body", { responseType: "none" }],
    ["/silent", "sending", "send", upload],
    ["/silent", "total", "headers"],
    ["/body", "total", "body"],
    ["/silent", "total", "send", upload],
  ];
  const calls = table.flatMap(([path, limit, phase, more]) =>
    [null, 1].map(async (retry) => { // Both ways through the client.
      const timeout = { [limit]: limit === "total" ? LONG : 30 };
      assertTimedOut(await client.post(path, { timeout, retry, ...more }), limit, phase);
    })
  );
  await Promise.all(calls);
  const plain = await client.get("/silent", { timeout: { attempt: LONG, waiting: "1m" } });
  assert.match(
    plain.error!.message,
    /after 1000 ms while it waited for the response \(raise timeout\)/,
  );
});

Deno.test("each phase of HTTP/2 has its limit, and the connection goes on", async () => {
  const server = createServer();
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    if (headers[":path"] === "/ok") return stream.respond({}, { endStream: true });
    if (headers[":path"] !== "/silent") stream.respond({});
    if (headers[":path"] === "/body") stream.write("abc");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ baseUrl, version: 2 });
    const upload = { body: new Uint8Array(1024 * 1024) }; // More than a stream's window.
    assertTimedOut(await client.get("/silent", { timeout: { waiting: 30 } }), "waiting", "headers");
    for (const path of ["/head", "/body"]) {
      assertTimedOut(await client.get(path, { timeout: { receiving: 30 } }), "receiving", "body");
    }
    assertTimedOut(
      await client.post("/silent", { timeout: { sending: 30 }, ...upload }),
      "sending",
      "send",
    );
    assertTimedOut(await client.get("/body", { timeout: { total: LONG } }), "total", "body");
    const live = await client.get("/body", { responseType: "stream", timeout: { receiving: 30 } });
    await assert.rejects(live.bytes(), { code: "request_timeout", limit: "receiving" });
    assert.equal((await client.get("/ok", { timeout: { receiving: 30 } })).status, 200);
  });
  assert.deepEqual(registry.select("net_sockets"), { type: "counter", total: 1 });
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

Deno.test("each step of connecting has its limit", async () => {
  await using silent = silentServer();
  const table: [limit: "connecting" | "tls" | "blocked" | "total", options: ClientOptions][] = [
    ["connecting", { proxy: `127.0.0.1:${silent.port}` }],
    ["tls", {}],
    ["blocked", {}],
    ["total", {}],
    ["blocked", { proxy: `127.0.0.1:${silent.port}` }],
  ];
  for (const [limit, options] of table) {
    await using client = new Client({ ...options, timeout: { [limit]: 30 } });
    const response = await client.get(`https://127.0.0.1:${silent.port}/`);
    assertTimedOut(response, limit, "connect");
  }
  await using client = new Client({ connectTimeout: 30, timeout: { tls: "1m" } });
  const { error } = await client.get(`https://127.0.0.1:${silent.port}/`);
  const code = /^(tls|connection)_timeout$/;
  assert.match(error!.code, code, "that of the client has the socket's error");
});

Deno.test("64: the lookup and the connecting behind it have a limit each", async () => {
  await using silent = silentServer();
  const proxy = `http://proxy.test:${silent.port}`;
  const hangs = () => new Promise<never>(() => {});
  const limits = { lookup: 30, connecting: 60_000 };
  const never = openWithin("a.test:80", { lookup: hangs }, limits);
  await assert.rejects(never, { code: "request_timeout", limit: "lookup", phase: "connect" });
  const found = { proxy, lookup: () => "127.0.0.1" };
  const behind = openWithin("a.test:80", found, { lookup: 60_000, connecting: 30 }, "proxy.test");
  await assert.rejects(behind, { code: "request_timeout", limit: "connecting" });
  const abort = new AbortController();
  const stopped = openWithin("a.test:80", { lookup: hangs, signal: abort.signal }, limits);
  abort.abort();
  await assert.rejects(stopped, { code: "aborted" });
});

Deno.test("waiting for a free connection is blocked", async () => {
  await using server = rawServer((x) => x.head.includes("/held") ? undefined : x.send(OK));
  await using client = new Client({ baseUrl: server.url, maxConnections: 1 });
  const abort = new AbortController();
  const held = client.get("/held", { signal: abort.signal });
  assertTimedOut(await client.get("/", { timeout: { blocked: 30 } }), "blocked", "connect");
  abort.abort();
  await assert.rejects(held, { code: "aborted" });
  assert.equal((await client.get("/", { timeout: { blocked: 5000 } })).status, 200);
});

Deno.test("total covers redirects, retries and their pauses, and each attempt is recorded", async () => {
  await using server = rawServer((x) => {
    const path = x.head.split(" ")[1];
    if (path === "/go") {
      return x.send("HTTP/1.1 302 Go\r\nLocation: /silent\r\nContent-Length: 0\r\n\r\n");
    }
    if (path === "/busy") return x.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
  });
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    const cases: [path: string, retry: CallOptions["retry"], phase: string][] = [
      ["/go", null, "headers"],
      ["/go", 1, "headers"],
      ["/busy", { attempts: 100, delay: "10s" }, "connect"],
    ];
    await Promise.all(cases.map(async ([path, retry, phase]) => {
      await using client = new Client({ baseUrl: server.url });
      const timeout = { total: LONG };
      assertTimedOut(await client.get(path, { timeout, retry: retry ?? null }), "total", phase);
    }));
  });
  const count = (path: string, status: string) => {
    const sum = registry.select("http_reqs", { name: server.url + path, status });
    return sum?.type === "counter" ? sum.total : 0;
  };
  assert.deepEqual([count("/go", "302"), count("/silent", "0")], [2, 2]);
  assert.deepEqual([count("/busy", "503"), count("/busy", "0")], [1, 1]);
});

Deno.test("silence is the server's: a reader may take its time, with a body as stream", async () => {
  const more = Promise.withResolvers<void>();
  await using server = rawServer(async (x) => {
    await x.send(PART);
    await more.promise;
    await x.send("defghi");
  });
  await using client = new Client({ baseUrl: server.url });
  const response = await client.get("/", { responseType: "stream", timeout: { receiving: LONG } });
  const reader = response.body.getReader();
  const first = await reader.read();
  assert.equal(new TextDecoder().decode(first.value), "abc");
  // Longer than the limit; nothing is asked of the server meanwhile, if the stream doesn't read ahead.
  await new Promise((resolve) => setTimeout(resolve, LONG + 200));
  more.resolve();
  const rest = await reader.read();
  assert.equal(new TextDecoder().decode(rest.value), "defghi");
  assert.equal((await reader.read()).done, true);
  assert.equal((await client.get("/", { timeout: { waiting: 5000 } })).status, 200);
});

Deno.test("limits merge client < request < call, and throw rejects with them", async () => {
  await using server = rawServer(() => {});
  await using client = new Client({
    baseUrl: server.url,
    timeout: { total: "1m", waiting: 30 },
    throw: true,
  });
  const limitOf = async (options: CallOptions) => {
    try {
      await client.get("/", options);
    } catch (error) {
      return error instanceof PhaseTimeout ? error.limit : (error as HttpError).phase;
    }
  };
  assert.equal(await limitOf({}), "waiting");
  assert.equal(await limitOf({ timeout: { total: 10 } }), "total");
  assert.equal(await limitOf({ timeout: { waiting: 0, total: 20 } }), "total");
  const attempt = { attempt: LONG, waiting: 0 };
  assert.equal(await limitOf({ timeout: attempt }), "headers", "the attempt's own");
});
