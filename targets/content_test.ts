import assert from "node:assert/strict";
import { answer } from "./_routes.ts";
import { startTarget, type Target } from "./mod.ts";

async function refused(url: string, init?: RequestInit): Promise<[number, string]> {
  const response = await fetch(url, init);
  const { error } = await response.json();
  return [response.status, error.code];
}

/** The status of one response, whose body is dropped. */
async function statusOf(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  await response.body?.cancel();
  return response.status;
}

Deno.test("/ answers with a short text", async () => {
  await using target = startTarget();
  const response = await fetch(target.url);
  assert.match(await response.text(), /Downpour/);
});

Deno.test("/status/N answers with that status and no body, whatever the method", async () => {
  await using target = startTarget();
  for (const status of [200, 201, 204, 205, 299, 304, 404, 418, 500, 599]) {
    const response = await fetch(`${target.url}/status/${status}`);
    assert.equal(response.status, status);
    assert.equal(await response.text(), "");
  }
  assert.equal(await statusOf(`${target.url}/status/201`, { method: "POST", body: "x" }), 201);
});

Deno.test("/status/401 asks for credentials", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/status/401`);
  await response.body?.cancel();
  assert.match(response.headers.get("www-authenticate") ?? "", /^Basic /);
});

Deno.test("/bytes/N sends exactly N known bytes", async () => {
  await using target = startTarget();
  for (const size of [0, 1, 255, 65_536, 200_001]) {
    const response = await fetch(`${target.url}/bytes/${size}`);
    assert.equal(response.headers.get("content-length"), String(size));
    const bytes = await response.bytes();
    assert.equal(bytes.length, size);
    assert.ok(bytes.every((byte, i) => byte === (i & 255)));
  }
});

Deno.test("/bytes/N at its limit can be left half-read", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/bytes/${100 * 1024 * 1024}`);
  const reader = response.body!.getReader();
  assert.ok(((await reader.read()).value?.length ?? 0) > 0);
  await reader.cancel();
});

Deno.test("/stream/N sends N lines of JSON without a content length", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/stream/100`);
  assert.equal(response.headers.get("content-length"), null);
  const lines = (await response.text()).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line).id), [...Array(100).keys()]);
  assert.equal(await (await fetch(`${target.url}/stream/0`)).text(), "");
});

Deno.test("/sse sends events with ids", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/sse?count=2&delay_ms=1`);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const text = await response.text();
  assert.equal(
    text,
    'id: 0\nevent: ping\ndata: {"id":0}\n\nid: 1\nevent: ping\ndata: {"id":1}\n\n',
  );
  const plain = await (await fetch(`${target.url}/sse`)).text();
  assert.equal(plain.split("\n\n").length, 11);
});

Deno.test("/delay/S answers once the time is over", async () => {
  await using target = startTarget();
  assert.deepEqual(await (await fetch(`${target.url}/delay/0.001`)).json(), {});
});

Deno.test("/delay/S waits until the client goes away", async () => {
  const client = new AbortController();
  const info = { origin: "127.0.0.1", signal: () => client.signal };
  const answered = answer(new Request("http://127.0.0.1/delay/60"), info);
  const first = await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 1))]);
  assert.equal(first, undefined);
  client.abort();
  assert.equal((await answered).status, 200);
});

Deno.test("/redirect/N leads through N redirects to /get", async () => {
  await using target = startTarget();
  let path = "/redirect/3";
  const seen: string[] = [];
  while (path !== "/get") {
    const response = await fetch(target.url + path, { redirect: "manual" });
    await response.body?.cancel();
    assert.equal(response.status, 302);
    path = response.headers.get("location") ?? "/get";
    seen.push(path);
  }
  assert.deepEqual(seen, ["/redirect/2", "/redirect/1", "/get"]);
  assert.equal((await (await fetch(`${target.url}/redirect/1`)).json()).url, `${target.url}/get`);
});

for (const [path, key] of [["/gzip", "gzipped"], ["/deflate", "deflated"]] as const) {
  Deno.test(`${path} sends compressed JSON`, async () => {
    await using target = startTarget();
    const raw = await rawBody(target, path);
    const format = path === "/gzip" ? "gzip" : "deflate";
    const plain = new Response(raw).body!.pipeThrough(new DecompressionStream(format));
    assert.equal((await new Response(plain).json())[key], true);
  });
}

Deno.test("/json sends a document with nested values", async () => {
  await using target = startTarget();
  const { forecast } = await (await fetch(`${target.url}/json`)).json();
  assert.equal(forecast.days[1].day, "Tuesday");
});

const REFUSED: [path: string, status: number, code: string][] = [
  ["/status/199", 400, "bad_parameter"],
  ["/status/600", 400, "bad_parameter"],
  ["/status/2e2", 400, "bad_parameter"],
  ["/status/", 400, "bad_parameter"],
  ["/status", 400, "bad_parameter"],
  ["/bytes/-1", 400, "bad_parameter"],
  ["/bytes/104857601", 400, "bad_parameter"],
  ["/bytes/99999999999999999999", 400, "bad_parameter"],
  ["/bytes/1/2", 400, "bad_parameter"],
  ["/stream/101", 400, "bad_parameter"],
  ["/delay/60.1", 400, "bad_parameter"],
  ["/delay/Infinity", 400, "bad_parameter"],
  ["/delay/%00", 400, "bad_parameter"],
  ["/redirect/0", 400, "bad_parameter"],
  ["/redirect/101", 400, "bad_parameter"],
  ["/sse?count=101", 400, "bad_parameter"],
  ["/sse?delay_ms=1.5", 400, "bad_parameter"],
  ["/nope", 404, "not_found"],
  ["/get/more", 404, "not_found"],
  ["/constructor", 404, "not_found"],
];

for (const [path, status, code] of REFUSED) {
  Deno.test(`${path} is refused with ${status} and ${code}`, async () => {
    await using target = startTarget();
    assert.deepEqual(await refused(target.url + path), [status, code]);
  });
}

Deno.test("an unknown endpoint's error names the nearest one", async () => {
  await using target = startTarget();
  const { error } = await (await fetch(`${target.url}/gte`)).json();
  assert.equal(error.message, "no such endpoint: /gte (nearest: /get)");
});

Deno.test("a method that an endpoint doesn't take is refused with the ones it does", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/get`, { method: "POST", body: "x" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS");
  assert.equal((await response.json()).error.code, "method_not_allowed");
});

Deno.test("OPTIONS lists an endpoint's methods", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/post`, { method: "OPTIONS" });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("allow"), "POST, OPTIONS");
});

Deno.test("HEAD gets the headers of GET", async () => {
  await using target = startTarget();
  const response = await fetch(`${target.url}/bytes/10`, { method: "HEAD" });
  assert.equal(response.headers.get("content-length"), "10");
  assert.equal(await response.text(), "");
});

/** The body as it comes over the wire: undoes the chunks, not the compression. */
async function rawBody(target: Target, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port: target.port });
  const head = `GET ${path} HTTP/1.0\r\nhost: x\r\n\r\n`;
  await socket.write(new TextEncoder().encode(head));
  const all = await new Response(socket.readable).bytes();
  const text = new TextDecoder("latin1").decode(all);
  assert.match(text, /\r\ncontent-encoding: (gzip|deflate)\r\n/);
  return all.slice(text.indexOf("\r\n\r\n") + 4);
}
