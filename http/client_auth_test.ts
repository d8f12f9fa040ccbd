import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../metrics/mod.ts";
import { digestServer } from "./auth/_digest_server_for_tests.ts";
import { type AuthOption, Client, type ClientOptions, type Response } from "./mod.ts";

const ALICE = "Basic YWxpY2U6c2VjcmV0"; // alice:secret
const alice: AuthOption = { type: "basic", username: "alice", password: "secret" };
const mufasa: AuthOption = { type: "digest", username: "Mufasa", password: "Circle of Life" };

interface EchoServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** Answers with the `Authorization` field it got; `/go?to=URL` redirects. */
function echoServer(): EchoServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const to = new URL(request.url).searchParams.get("to");
    if (to !== null) {
      return new globalThis.Response(null, { status: 307, headers: { location: to } });
    }
    return new globalThis.Response(request.headers.get("authorization") ?? "none");
  });
  const { port } = server.addr;
  return { port, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function text(response: Promise<Response>): Promise<string> {
  return await (await response).text();
}

/** Runs with a client, and tells the statuses of all recorded attempts. */
async function recorded(
  options: ClientOptions,
  run: (client: Client) => Promise<void>,
): Promise<Record<string, number>> {
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    await using client = new Client(options);
    await run(client);
  });
  const counts: Record<string, number> = {};
  for (const status of ["0", "200", "401"]) {
    const reqs = registry.select("http_reqs", { status });
    if (reqs?.type === "counter") counts[status] = reqs.total;
  }
  return counts;
}

Deno.test("basic and bearer go with every request, of a client or of one call", async () => {
  await using server = echoServer();
  await using basic = new Client({ baseUrl: server.url, auth: alice });
  assert.equal(await text(basic.get("/")), ALICE);
  assert.equal(await text(basic.post("/", { body: "x" })), ALICE);
  assert.equal(await text(basic.get("/", { auth: { type: "bearer", token: "t" } })), "Bearer t");
  assert.equal(await text(basic.get("/")), ALICE, "a call's credentials are its own");
  await using bearer = new Client({ baseUrl: server.url, auth: { type: "bearer", token: "abc" } });
  assert.equal(await text(bearer.get("/")), "Bearer abc");
  assert.equal(await text(bearer.get("/", { auth: alice })), ALICE);
});

Deno.test("auth: null takes a client's credentials away for one call", async () => {
  await using server = echoServer();
  await using basic = new Client({ baseUrl: server.url, auth: alice });
  assert.equal(await text(basic.get("/", { auth: null })), "none");
  assert.equal(await text(basic.get("/")), ALICE);
  await using digest = digestServer();
  await using client = new Client({ auth: mufasa });
  assert.equal((await client.get(digest.url, { auth: null })).status, 401);
  assert.deepEqual(digest.statuses, [401]);
});

Deno.test("an extended client may have other credentials, or none", async () => {
  await using server = echoServer();
  await using basic = new Client({ baseUrl: server.url, auth: alice });
  await using same = basic.extend({ timeout: 5000 });
  await using other = basic.extend({ auth: { type: "bearer", token: "t" } });
  await using none = basic.extend({ auth: null });
  assert.equal(await text(same.get("/")), ALICE);
  assert.equal(await text(other.get("/")), "Bearer t");
  assert.equal(await text(none.get("/")), "none");
});

Deno.test("a URL's userinfo is sent as Basic, decoded, and is in no URL afterwards", async () => {
  await using server = echoServer();
  await using client = new Client();
  const url = `http://al%69ce:secret@127.0.0.1:${server.port}/`;
  const response = await client.get(url);
  assert.equal(await response.text(), ALICE);
  assert.equal(response.url, `${server.url}/`);
  assert.equal(await text(client.get(`${server.url}/`)), "none", "it isn't remembered");
});

Deno.test("a URL's userinfo is sent with listeners and layers too", async () => {
  await using server = echoServer();
  await using client = new Client();
  client.on("requestToBeSent", () => {});
  client.use((next) => (request) => next(request));
  assert.equal(await text(client.get(`http://alice:secret@127.0.0.1:${server.port}/`)), ALICE);
});

Deno.test("the caller's Authorization header wins", async () => {
  await using server = echoServer();
  await using client = new Client({ baseUrl: server.url, auth: alice });
  assert.equal(await text(client.get("/", { headers: { authorization: "Own x" } })), "Own x");
});

Deno.test("credentials stay on redirects within the origin and don't cross it", async () => {
  await using here = echoServer();
  await using there = echoServer();
  const userinfo = `http://alice:secret@127.0.0.1:${here.port}`;
  const cases: [ClientOptions, base: string][] = [
    [{ auth: alice }, here.url],
    [{ auth: alice, retry: 2 }, here.url],
    [{ headers: { authorization: ALICE } }, here.url],
    [{}, userinfo],
    [{ retry: 2 }, userinfo],
  ];
  for (const [options, base] of cases) {
    await using client = new Client(options);
    assert.equal(await text(client.get(`${base}/go?to=/`)), ALICE);
    const away = encodeURIComponent(`${there.url}/`);
    assert.equal(await text(client.get(`${base}/go?to=${away}`)), "none");
    const andBack = encodeURIComponent(`${there.url}/go?to=${encodeURIComponent(`${here.url}/`)}`);
    assert.equal(await text(client.get(`${base}/go?to=${andBack}`)), "none", "nor come back");
  }
});

Deno.test("digest: the challenge is a leg of its own, and both legs are recorded", async () => {
  await using server = digestServer();
  const counts = await recorded({ auth: mufasa }, async (client) => {
    const response = await client.get(`${server.url}/dir/index.html?q=1`);
    assert.equal(await response.text(), "hakuna matata");
  });
  assert.deepEqual(server.statuses, [401, 200]);
  assert.deepEqual(counts, { "200": 1, "401": 1 });
});

Deno.test("digest: a known nonce is used again, with the next count and no further leg", async () => {
  await using server = digestServer({ algorithms: ["MD5", "SHA-256"] });
  await using client = new Client({ auth: mufasa });
  for (let i = 0; i < 3; i++) {
    assert.equal((await client.post(`${server.url}/${i}`, { body: "x".repeat(i) })).status, 200);
  }
  assert.deepEqual(server.statuses, [401, 200, 200, 200]);
  assert.deepEqual(server.counts, ["00000001", "00000002", "00000003"]);
});

Deno.test("digest: bodies go with both legs, protected where the server asks for it", async () => {
  await using server = digestServer({ qop: "auth-int", algorithms: ["SHA-256"] });
  await using client = new Client({ auth: mufasa });
  for (const size of [0, 1, 70_000]) {
    const response = await client.post(server.url, { body: new Uint8Array(size) });
    assert.equal(response.status, 200, String(size));
  }
  assert.equal((await client.post(server.url, { json: { a: 1 } })).status, 200);
  assert.equal((await client.post(server.url, { form: { a: "1" } })).status, 200);
});

Deno.test("digest: a wrong password ends with the second 401", async () => {
  await using server = digestServer();
  const auth: AuthOption = { ...mufasa, password: "wrong" };
  const counts = await recorded({ auth }, async (client) => {
    const response = await client.get(server.url);
    assert.equal(response.status, 401);
    assert.equal(await response.text(), "who is it?");
  });
  assert.deepEqual(server.statuses, [401, 401]);
  assert.deepEqual(counts, { "401": 2 });
});

Deno.test("digest: a stale nonce is renewed once, not for ever", async () => {
  await using once = digestServer({ uses: 1 });
  await using client = new Client({ auth: mufasa });
  for (let i = 0; i < 2; i++) assert.equal((await client.get(once.url)).status, 200);
  assert.deepEqual(once.statuses, [401, 200, 401, 200]);
  await using never = digestServer({ alwaysStale: true });
  assert.equal((await client.get(never.url)).status, 401);
  assert.deepEqual(never.statuses, [401, 401, 401]);
});

Deno.test("digest: the nonce that a success names is the next one", async () => {
  await using server = digestServer({ uses: 1, nextnonce: true });
  await using client = new Client({ auth: mufasa });
  for (let i = 0; i < 3; i++) assert.equal((await client.get(server.url)).status, 200);
  assert.deepEqual(server.statuses, [401, 200, 200, 200]);
});

Deno.test("digest: a server that forgot its nonces is asked anew", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  assert.equal((await client.get(server.url)).status, 200);
  server.forget();
  assert.equal((await client.get(server.url)).status, 200);
});

Deno.test("digest: requests at once each get through, with counts of their own", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  assert.equal((await client.get(server.url)).status, 200);
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, i) => client.get(`${server.url}/${i}`)),
  );
  assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]));
  assert.equal(server.statuses.filter((status) => status === 401).length, 1);
});

Deno.test("digest: the answer isn't sent to where a redirect leads elsewhere", async () => {
  await using echo = echoServer();
  await using away = digestServer();
  await using client = new Client({ auth: mufasa });
  const response = await client.get(`${echo.url}/go?to=${encodeURIComponent(`${away.url}/`)}`);
  assert.equal(response.status, 401);
  assert.deepEqual(away.statuses, [401], "its challenge is not for us");
});

Deno.test("digest: authRequired tells of the challenge, once", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  const statuses: number[] = [];
  client.on("authRequired", ({ data }) => statuses.push(data.response.status));
  await client.get(server.url);
  await client.get(server.url);
  assert.deepEqual(statuses, [401]);
});

Deno.test("digest: with responseType stream and none the challenge's body is no obstacle", async () => {
  await using server = digestServer({ uses: 1 });
  await using client = new Client({ auth: mufasa });
  for (let i = 0; i < 3; i++) {
    const response = await client.get(server.url, { responseType: "stream" });
    assert.equal(await response.text(), "hakuna matata");
    assert.equal((await client.get(server.url, { responseType: "none" })).status, 200);
  }
});

Deno.test("digest: a body that can be sent once can't answer a challenge, and says so", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  const body = () => ReadableStream.from([new TextEncoder().encode("once")]);
  const first = await client.post(server.url, { body: body() });
  assert.ok(first.status === 401 || first.error !== null, "no endless loop, no empty second body");
  assert.equal((await client.get(server.url)).status, 200);
  assert.equal((await client.post(server.url, { body: body() })).status, 200, "with a known nonce");
});

Deno.test("credentials that can't be sent are refused before anything is", async () => {
  assert.throws(
    () => new Client({ auth: { type: "basic", username: "a:b", password: "c" } }),
    /auth/,
  );
  await using client = new Client();
  const auth = { type: "bearer", token: "a\r\nb" } as const;
  await assert.rejects(client.get("http://127.0.0.1:1/", { auth }), /auth/);
  const unknown = { type: "negotiate" } as unknown as AuthOption;
  await assert.rejects(client.get("http://127.0.0.1:1/", { auth: unknown }), /auth/);
});
