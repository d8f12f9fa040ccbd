import assert from "node:assert/strict";
import { type AuthOption, Client, type ClientOptions, type Response } from "./mod.ts";

const ALICE = "Basic YWxpY2U6c2VjcmV0"; // alice:secret
const alice: AuthOption = { type: "basic", username: "alice", password: "secret" };

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
