import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { TCP } from "../net/mod.ts";
import { startTarget } from "../targets/mod.ts";
import { Client, type HttpError } from "./mod.ts";

const text = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes ?? undefined);
const bytes = (value: string) => new TextEncoder().encode(value);

/** Switches to a protocol that echoes, and says hello in the same packet as the head. */
function startSwitching(): AsyncDisposable & { url: string } {
  const server = TCP.listen();
  const serving = (async () => {
    const peer = await server.accept();
    if (peer === null) return;
    await peer.read();
    await peer.write(
      bytes(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhello",
      ),
    );
    for (let data = await peer.read(); data !== null; data = await peer.read()) {
      await peer.write(data);
    }
    peer.close();
  })();
  return {
    url: `http://${server.address}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      await serving;
    },
  };
}

Deno.test("101 to a request with Upgrade hands the socket over, with what came behind the head", async () => {
  await using server = startSwitching();
  await using client = new Client();
  const heard: number[] = [];
  client.on("upgrade", ({ data }) => heard.push(data.status));
  const response = await client.get(server.url, {
    headers: { Connection: "Upgrade", Upgrade: "echo" },
  });
  assert.equal(response.status, 101, response.error?.message);
  assert.equal(response.headers.get("upgrade"), "echo");
  assert.deepEqual(heard, [101]);
  await using socket = response.upgrade();
  assert.equal(text(await socket.read()), "hello");
  await socket.write(bytes("rain"));
  assert.equal(text(await socket.read()), "rain");
  client.close();
  await socket.write(bytes("on"));
  assert.equal(text(await socket.read()), "on", "the client has let go of it");
});

Deno.test("101 that nobody asked for, and upgrade() without 101, are errors", async () => {
  await using server = startSwitching();
  await using target = startTarget();
  await using client = new Client();
  const unasked = await client.get(server.url);
  assert.equal((unasked.error as HttpError).code, "upgrade_unexpected");
  const usual = await client.get(`${target.url}/get`);
  assert.throws(() => usual.upgrade(), /with status 200 is no upgrade$/);
});

Deno.test("urlName names URLs in the tags, those of redirects too", async () => {
  await using target = startTarget();
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client({
      urlName: (url) => new URL(url).pathname.replace(/\d+/, "N"),
    });
    await client.get(`${target.url}/redirect/1`);
    await client.get(`${target.url}/status/204`, { name: "mine" });
  });
  for (const name of ["/redirect/N", "/get", "mine"]) {
    assert.deepEqual(registry.select("http_reqs", { name }), { type: "counter", total: 1 }, name);
  }
});

Deno.test("moreMetrics adds the lookup and the total", async () => {
  await using target = startTarget();
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client({ moreMetrics: true });
    await client.get(`http://localhost:${target.port}/get`);
    await using plain = new Client();
    await plain.get(`${target.url}/get`);
  });
  const total = registry.select("http_req_total");
  const lookup = registry.select("http_req_looking_up");
  assert(total?.type === "trend" && lookup?.type === "trend");
  assert.deepEqual([total.histogram.count, lookup.histogram.count], [1, 1]);
  assert(lookup.histogram.max > 0);
});
