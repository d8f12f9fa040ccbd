import assert from "node:assert/strict";
import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { TCP } from "../net/mod.ts";
import { Client, HttpError } from "./mod.ts";

const authority = await makeAuthority();
const leaf = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
const tls = { caCerts: [authority.cert] };

function serveTls(handler: (request: globalThis.Request) => globalThis.Response) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, ...leaf, onListen() {} }, handler);
}

async function startClear(): Promise<AsyncDisposable & { url: string; server: Http2Server }> {
  const server = createServer((request, response) => {
    response.setHeader("X-Method", request.method);
    response.end("clear");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

Deno.test("TLS agrees on HTTP/2 where the server prefers it, and requests share a connection", async () => {
  await using server = serveTls((request) => new globalThis.Response(new URL(request.url).search));
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ tls, baseUrl: `https://localhost:${server.addr.port}` });
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, n) => client.get(`/?${n}`)),
    );
    for (const [n, response] of responses.entries()) {
      assert.equal(response.protocol, "HTTP/2.0");
      assert.equal(response.statusText, "");
      assert.equal(await response.text(), `?${n}`);
    }
  });
  assert.deepEqual(registry.select("net_sockets"), { type: "counter", total: 1 });
  const over2 = registry.select("http_reqs", { proto: "HTTP/2.0" });
  assert.deepEqual(over2, { type: "counter", total: 50 });
});

Deno.test("version decides: 1.1 alone, 2 alone, and none that the server has", async () => {
  await using server = serveTls(() => new globalThis.Response("x"));
  const url = `https://localhost:${server.addr.port}/`;
  for (const [version, protocol] of [[1.1, "HTTP/1.1"], [2, "HTTP/2.0"]] as const) {
    await using client = new Client({ tls, version });
    assert.equal((await client.get(url)).protocol, protocol);
  }
  await using plain = TCP.listen({ tls: { ...leaf, alpn: ["http/1.1"] } });
  const accepting = (async () => {
    for await (const socket of plain) socket.read().catch(() => {}).finally(() => socket.close());
  })();
  await using client = new Client({ tls, version: 2 });
  const failed = await client.get(`https://localhost:${plain.address.split(":")[1]}/`);
  assert.equal(failed.status, 0);
  plain.close();
  await accepting;
});

Deno.test("h2c is spoken by prior knowledge alone", async () => {
  await using clear = await startClear();
  {
    await using client = new Client({ version: [2] });
    const response = await client.post(clear.url, { json: { a: 1 } });
    assert.equal(await response.text(), "clear");
    assert.equal(response.headers.get("x-method"), "POST");
    assert.equal(response.protocol, "HTTP/2.0");
  }
  await using client = new Client();
  assert.equal((await client.get(clear.url)).status, 0, "an h2 server doesn't understand 1.1");
});

Deno.test("failures have the code on the wire in k6's number, in the samples too", async () => {
  await using clear = await startClear();
  clear.server.removeAllListeners("request");
  const codes = [2, 8, 8, 13];
  clear.server.on("stream", (stream) => stream.close(codes.shift()));
  const registry = new Registry();
  const numbers: number[] = [];
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ version: 2 });
    for (let i = 0; i < 4; i++) numbers.push((await client.get(clear.url)).errorCode);
  });
  assert.deepEqual(numbers, [1633, 1639, 1639, 1644]);
  const counts = [1633, 1639, 1644].map((code) =>
    registry.select("http_reqs", { "error_code": String(code) })
  );
  assert.deepEqual(counts.map((sum) => sum?.type === "counter" && sum.total), [1, 2, 1]);
});

Deno.test("bodies go both ways over HTTP/2, also as streams", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, ...leaf, onListen() {} },
    async (request) => new globalThis.Response(await request.bytes()),
  );
  await using client = new Client({ tls, version: 2 });
  const url = `https://localhost:${server.addr.port}/`;
  const body = new Uint8Array(1_000_000).map((_, n) => n % 251);
  assert.deepEqual(await (await client.post(url, { body })).bytes(), body);
  const stream = new Blob([body]).stream();
  const echoed = await client.post(url, { body: stream, responseType: "stream" });
  assert.deepEqual(await new globalThis.Response(echoed.body).bytes(), body);
});

Deno.test("an aborted request leaves the connection to the others", async () => {
  const held = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, ...leaf, onListen() {} },
    async (request) => {
      if (new URL(request.url).pathname === "/slow") await held.promise;
      return new globalThis.Response("x");
    },
  );
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ tls, baseUrl: `https://localhost:${server.addr.port}` });
    await client.get("/");
    const abort = new AbortController();
    const slow = client.get("/slow", { signal: abort.signal });
    await client.get("/");
    abort.abort();
    await assert.rejects(slow, (error) => error instanceof HttpError && error.code === "aborted");
    assert.equal((await client.get("/")).status, 200);
    held.resolve();
  });
  assert.deepEqual(registry.select("net_sockets"), { type: "counter", total: 1 });
});

Deno.test("cookies, redirects and events work over HTTP/2", async () => {
  await using server = serveTls((request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== "/set") return new globalThis.Response(request.headers.get("cookie"));
    return new globalThis.Response(null, {
      status: 302,
      headers: { location: "/show", "set-cookie": "a=1; Path=/" },
    });
  });
  await using client = new Client({ tls, version: 2 });
  const seen: string[] = [];
  client.on("requestToBeSent", ({ data }) => seen.push(new URL(data.url).pathname));
  const response = await client.get(`https://localhost:${server.addr.port}/set`);
  assert.equal(await response.text(), "a=1");
  assert.deepEqual(seen, ["/set", "/show"]);
});
