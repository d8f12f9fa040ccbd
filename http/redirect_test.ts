import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { type RawExchange, rawServer } from "./_raw_server_for_tests.ts";
import { Client } from "./mod.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Answers `/STATUS` with a redirect to `/to`. */
function redirecting(x: RawExchange): Promise<void> {
  const status = /^\S+ \/(\d{3})/.exec(x.head)?.[1];
  return x.send(
    status === undefined
      ? OK
      : `HTTP/1.1 ${status} X\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n`,
  );
}

Deno.test("redirects change method and body as the Fetch standard says", async () => {
  await using server = rawServer(async (x) => {
    if (x.head.includes("Content-Length: 4") && x.rest === "") await x.receive();
    await redirecting(x);
  });
  await using client = new Client();
  const cases: [method: string, status: number, then: string][] = [
    ["GET", 301, "GET"],
    ["POST", 301, "GET"],
    ["POST", 302, "GET"],
    ["PUT", 302, "PUT"],
    ["PUT", 303, "GET"],
    ["HEAD", 303, "HEAD"],
    ["POST", 307, "POST"],
    ["POST", 308, "POST"],
  ];
  for (const [method, status, then] of cases) {
    const withBody = method !== "GET" && method !== "HEAD";
    const response = await client.request(
      method,
      `${server.url}/${status}`,
      withBody ? { body: "body", headers: { "Content-Type": "text/x" } } : {},
    );
    const head = server.heads.at(-1)!;
    const name = `${method} ${status}`;
    if (then !== "HEAD") assert.equal(response.status, 200, name);
    assert.equal(response.url, `${server.url}/to`, name);
    assert(head.startsWith(`${then} /to `), `${name}: ${head}`);
    const kept = withBody && then !== "GET";
    assert.equal(/Content-Type: text\/x/.test(head), kept, name);
    assert.equal(/Content-Length: 4/.test(head), kept, name);
  }
});

Deno.test("each hop is recorded", async () => {
  await using server = rawServer(redirecting);
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client();
    await client.get(`${server.url}/302`);
  });
  assert.deepEqual(registry.select("http_reqs", { status: "302" }), { type: "counter", total: 1 });
  assert.deepEqual(registry.select("http_reqs"), { type: "counter", total: 2 });
});

Deno.test("22 a redirect loop stops at maxRedirects with the last redirect as the response", async () => {
  await using server = rawServer((x) =>
    x.send("HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n")
  );
  await using client = new Client();
  assert.equal((await client.get(server.url)).status, 302);
  assert.equal(server.heads.length, 11);
  assert.equal((await client.get(server.url, { maxRedirects: 0 })).status, 302);
  assert.equal(server.heads.length, 12);
});

Deno.test("23 a Location that can't or must not be followed is refused", async () => {
  const locations = [
    "ftp://127.0.0.1/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "http://",
    "/a b",
    "/one\r\nLocation: /two",
  ];
  await using server = rawServer((x) => {
    const i = Number(/^GET \/(\d)/.exec(x.head)?.[1]);
    return x.send(`HTTP/1.1 302 Found\r\nLocation: ${locations[i]}\r\nContent-Length: 0\r\n\r\n`);
  });
  await using client = new Client();
  for (let i = 0; i < locations.length; i++) {
    const response = await client.get(`${server.url}/${i}`);
    assert.equal(response.error?.code, "redirect_refused", locations[i]);
    assert.equal(response.status, 0);
  }
  assert.equal(server.heads.length, locations.length);
});

Deno.test("23 credentials stay with their origin", async () => {
  await using other = rawServer((x) => x.send(OK));
  await using server = rawServer((x) =>
    x.send(
      x.head.startsWith("GET /same")
        ? OK
        : `HTTP/1.1 302 F\r\nLocation: ${
          x.head.startsWith("GET /out") ? `${other.url}/in` : "/same"
        }\r\nContent-Length: 0\r\n\r\n`,
    )
  );
  await using client = new Client();
  const headers = { Authorization: "Bearer s3cret", Cookie: "a=b", "X-Kept": "1" };
  await client.get(`${server.url}/out`, { headers });
  assert.doesNotMatch(other.heads[0]!, /s3cret|a=b/);
  assert.match(other.heads[0]!, /X-Kept: 1/);
  await client.get(`${server.url}/stay`, { headers });
  assert.match(server.heads.at(-1)!, /Authorization: Bearer s3cret/);
  const withUser = server.url.replace("http://", "http://user:p%40ss@");
  await client.get(`${withUser}/stay`);
  assert.match(server.heads.at(-1)!, /Authorization: Basic dXNlcjpwQHNz/);
  await client.get(`${withUser}/out`);
  assert.doesNotMatch(other.heads.at(-1)!, /Authorization/);
});

Deno.test("a redirect without Location is the response; a streamed body can't follow a 307", async () => {
  await using server = rawServer(async (x) => {
    let body = x.rest;
    while (x.head.startsWith("POST") && !body.endsWith("0\r\n\r\n")) body += await x.receive();
    await x.send(
      x.head.startsWith("GET")
        ? "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"
        : "HTTP/1.1 307 T\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n",
    );
  });
  await using client = new Client();
  assert.equal((await client.get(server.url)).status, 302);
  const response = await client.post(server.url, {
    body: ReadableStream.from([new Uint8Array(1)]),
  });
  assert.equal(response.error?.code, "redirect_refused");
});
