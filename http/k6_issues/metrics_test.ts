import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { startTarget } from "../../targets/mod.ts";
import { rawServer } from "../_raw_server_for_tests.ts";
import { Client, type ClientOptions } from "../mod.ts";

// What k6's users asked for about metrics and logs, by the numbers of k6's issues.

/** What a client records. */
async function recorded(
  options: ClientOptions,
  use: (client: Client) => Promise<unknown>,
): Promise<Registry> {
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client(options);
    await use(client);
  });
  return registry;
}

function count(registry: Registry, name: string, tags?: Record<string, string>): number {
  const found = registry.select(name, tags);
  if (found?.type === "counter") return found.total;
  return found?.type === "trend" ? found.histogram.count : 0;
}

Deno.test("k6 #1716: samples are changed, tagged and dropped once the response is known", async () => {
  await using target = startTarget();
  const registry = await recorded({ baseUrl: target.url }, async (client) => {
    client.on("responseReceived", ({ data: { status, metrics, request } }) => {
      if (request.url.endsWith("/status/429")) metrics["http_req_failed"]!.value = false;
      for (const one of Object.values(metrics)) one.tags["kind"] = status < 300 ? "fine" : "busy";
      if (status === 404) delete metrics["http_req_duration"];
    });
    for (const path of ["/get", "/status/429", "/status/404"]) await client.get(path);
  });
  assert.deepEqual(registry.select("http_req_failed"), { type: "rate", passes: 1, total: 3 });
  assert.deepEqual([count(registry, "http_reqs"), count(registry, "http_req_duration")], [3, 2]);
  assert.equal(count(registry, "http_reqs", { kind: "busy" }), 2);
});

Deno.test("k6 #3940: a header of the response becomes a tag", async () => {
  await using server = rawServer((x) => {
    const cache = x.request === 0 ? "MISS" : "HIT";
    return x.send(`HTTP/1.1 200 OK\r\nX-Cache: ${cache}\r\nContent-Length: 0\r\n\r\n`);
  });
  const registry = await recorded({}, async (client) => {
    client.on("responseReceived", ({ data: { headers, metrics } }) => {
      for (const { tags } of Object.values(metrics)) tags["cache"] = headers.get("x-cache") ?? "";
    });
    for (let i = 0; i < 3; i++) await client.get(server.url);
  });
  assert.equal(count(registry, "http_req_duration", { cache: "HIT" }), 2);
  assert.equal(count(registry, "http_req_duration", { cache: "MISS" }), 1);
});

Deno.test("k6 #927: a function names URLs, so that many are one row", async () => {
  await using target = startTarget();
  const urlName = (url: string) => new URL(url).pathname.replace(/\d+/, ":id");
  const registry = await recorded({ baseUrl: target.url, urlName }, async (client) => {
    for (let id = 200; id < 205; id++) await client.get(`/status/${id}?nonce=${id}`);
  });
  assert.equal(count(registry, "http_reqs", { name: "/status/:id" }), 5);
});

Deno.test("k6 #1011 #2692: times of the lookup and of everything together, where they are asked for", async () => {
  await using target = startTarget();
  const url = `http://localhost:${target.port}/get`;
  const registry = await recorded({ moreMetrics: true }, async (client) => {
    const { socket } = await client.get(url);
    assert(socket!.timings.lookupMs > 0);
    await client.get(url);
  });
  const lookup = registry.select("http_req_looking_up");
  const total = registry.select("http_req_total");
  assert(lookup?.type === "trend" && total?.type === "trend");
  assert.deepEqual([lookup.histogram.count, total.histogram.count], [2, 2]);
  assert(total.histogram.max > lookup.histogram.max && lookup.histogram.max > 0);
  const plain = await recorded({}, (client) => client.get(url));
  assert.equal(plain.select("http_req_total"), undefined);
});

Deno.test("k6 #2163: what failed is logged, and nothing else", async () => {
  await using target = startTarget();
  const logged: string[] = [];
  await recorded({ baseUrl: target.url }, async (client) => {
    client.on("responseCompleted", async ({ data: response }) => {
      if (response.errorCode === 0) return;
      const { method, url } = response.request;
      const body = response.error?.code ?? /no such \w+/.exec(await response.text())?.[0] ?? "";
      logged.push(`${method} ${new URL(url).pathname} ${response.status} ${body}`);
    });
    for (const path of ["/get", "/status/503", "/nothing"]) await client.get(path);
    await client.get("http://127.0.0.1:1/gone");
  });
  assert.deepEqual(logged, [
    "GET /status/503 503 ",
    "GET /nothing 404 no such endpoint",
    "GET /gone 0 connection_refused",
  ]);
});
