import assert from "node:assert/strict";
import { programTest } from "../../internal/programs_for_tests.ts";
import {
  type DigestServer,
  digestServer,
  type DigestServerOptions,
} from "./_digest_server_for_tests.ts";
import type { Auth } from "./auth.ts";
import { DigestSession } from "./digest_session.ts";
import { readAuth } from "./option.ts";

const RIGHT = { type: "digest", username: "Mufasa", password: "Circle of Life" } as const;

/** Sends a request as a client does: until it is not refused, or sending again makes no sense. */
async function send(
  auth: Auth,
  server: DigestServer,
  path: string,
  body: string | null = null,
): Promise<Response> {
  const method = body === null ? "GET" : "POST";
  const bytes = body === null ? null : new TextEncoder().encode(body);
  const exchange = auth.begin(server.url, { method, uri: path, body: bytes });
  for (;;) {
    const credentials = exchange.authorize();
    const headers: HeadersInit = credentials === null ? {} : { authorization: credentials };
    const response = await fetch(server.url + path, { method, headers, body: bytes });
    const challenges = response.headers.get("www-authenticate");
    if (response.status === 401 && await exchange.challenged([challenges!])) {
      await response.body?.cancel();
      continue;
    }
    const info = response.headers.get("authentication-info");
    if (response.status !== 401) exchange.answered(info === null ? [] : [info]);
    await response.text();
    return response;
  }
}

const SERVERS: [name: string, DigestServerOptions][] = [
  ["MD5", {}],
  ["MD5-sess", { algorithms: ["MD5-sess"] }],
  ["SHA-256", { algorithms: ["SHA-256"] }],
  ["SHA-256-sess", { algorithms: ["SHA-256-sess"] }],
  ["SHA-512-256", { algorithms: ["SHA-512-256"] }],
  ["SHA-512-256-sess", { algorithms: ["SHA-512-256-sess"] }],
  ["a choice of algorithms", { algorithms: ["MD5", "SHA-256", "SHA-512-256"] }],
  ["auth-int", { qop: "auth-int" }],
  ["auth-int with SHA-256-sess", { qop: "auth-int", algorithms: ["SHA-256-sess"] }],
  ["both kinds of qop", { qop: "auth-int, auth" }],
  ["no qop", { qop: null }],
  ["a hashed name", { userhash: true, algorithms: ["SHA-256"] }],
];

for (const [name, options] of SERVERS) {
  Deno.test(`digest with a server of ${name}: one refusal, then each request at once`, async () => {
    await using server = digestServer(options);
    const auth = readAuth(RIGHT);
    await send(auth, server, "/a?b=c%20d");
    await send(auth, server, "/post", "some text");
    await send(auth, server, "/c");
    assert.deepEqual(server.statuses, [401, 200, 200, 200]);
    if (options.qop !== null) assert.deepEqual(server.counts, ["00000001", "00000002", "00000003"]);
  });
}

for (const algorithm of ["MD5", "SHA-256-sess"]) {
  await programTest(["curl"], `curl gets past the digest server with ${algorithm}`, async () => {
    await using server = digestServer({ algorithms: [algorithm] });
    const args = ["-c", 'curl -s --digest -u "Mufasa:Circle of Life" "$0"', `${server.url}/a?b`];
    const { stdout } = await new Deno.Command("bash", { args }).output();
    assert.equal(new TextDecoder().decode(stdout), "hakuna matata");
    assert.deepEqual(server.statuses, [401, 200]);
  });
}

Deno.test("a wrong password is refused once more, and not tried again", async () => {
  await using server = digestServer();
  const auth = readAuth({ ...RIGHT, password: "Circle of life" });
  assert.equal((await send(auth, server, "/")).status, 401);
  assert.deepEqual(server.statuses, [401, 401]);
});

Deno.test("a nonce too old is replaced without asking for the first time again", async () => {
  await using server = digestServer({ uses: 2 });
  const auth = readAuth(RIGHT);
  for (let i = 0; i < 4; i++) assert.equal((await send(auth, server, "/")).status, 200);
  assert.deepEqual(server.statuses, [401, 200, 200, 401, 200, 200]);
  assert.deepEqual(server.counts, ["00000001", "00000002", "00000001", "00000002"]);
});

Deno.test("a server that calls every nonce too old is asked three times", async () => {
  await using server = digestServer({ alwaysStale: true });
  const auth = readAuth(RIGHT);
  assert.equal((await send(auth, server, "/")).status, 401);
  assert.deepEqual(server.statuses, [401, 401, 401]);
});

Deno.test("a server that forgot its nonces is answered again", async () => {
  await using server = digestServer();
  const auth = readAuth(RIGHT);
  await send(auth, server, "/");
  server.forget();
  assert.equal((await send(auth, server, "/")).status, 200);
  assert.deepEqual(server.statuses, [401, 200, 401, 200]);
});

Deno.test("a refusal without stale makes the next request begin anew", async () => {
  const session = new DigestSession({ username: "u", password: "p" }, () => "c");
  const request = { method: "GET", uri: "/", body: null };
  const challenge = ['Digest realm="r", nonce="1", qop="auth"'];
  assert.equal(session.authorize(request), null);
  assert.equal(await session.challenged(challenge, null), true);
  const sent = session.authorize(request);
  assert.match(sent!, /nonce="1".*nc=00000001/);
  assert.equal(await session.challenged(['Digest realm="r", nonce="2", qop="auth"'], sent), false);
  assert.equal(session.authorize(request), null);
});

Deno.test("nextnonce is used from then on, its count begins at 1", async () => {
  await using server = digestServer({ nextnonce: true, uses: 1 });
  const auth = readAuth(RIGHT);
  for (let i = 0; i < 3; i++) await send(auth, server, "/");
  assert.deepEqual(server.statuses, [401, 200, 200, 200]);
  assert.deepEqual(server.counts, ["00000001", "00000001", "00000001"]);
});

Deno.test("a malformed Authentication-Info is ignored", async () => {
  const session = new DigestSession({ username: "u", password: "p" }, () => "c");
  session.answered(['nextnonce="early"']);
  await session.challenged(['Digest realm="r", nonce="1", qop="auth"'], null);
  for (const info of ['nextnonce="2', "nextnonce", 'nextnonce=""', "", 'nextnonce="a\nb"']) {
    session.answered([info]);
  }
  assert.match(session.authorize({ method: "GET", uri: "/", body: null })!, /nonce="1"/);
});

Deno.test("requests at the same time each have a count of their own", async () => {
  await using server = digestServer();
  const auth = readAuth(RIGHT);
  await send(auth, server, "/");
  await Promise.all(Array.from({ length: 20 }, (_, i) => send(auth, server, `/${i}`)));
  assert.equal(server.statuses.filter((status) => status !== 200).length, 1);
  assert.equal(new Set(server.counts).size, 21);
});

Deno.test("origins are kept apart", async () => {
  await using one = digestServer();
  await using other = digestServer();
  const auth = readAuth(RIGHT);
  await send(auth, one, "/");
  await send(auth, other, "/");
  await send(auth, one, "/");
  assert.deepEqual([one.statuses, other.statuses], [[401, 200, 200], [401, 200]]);
});

Deno.test("a server that asks for nothing we know gives its 401", async () => {
  const exchange = readAuth(RIGHT).begin("http://a", { method: "GET", uri: "/", body: null });
  assert.equal(exchange.authorize(), null);
  assert.equal(await exchange.challenged(['Basic realm="x"', "NTLM"]), false);
  await assert.rejects(exchange.challenged(['Digest realm="x", nonce="n", algorithm=MD4']), {
    code: "auth_failed",
    message: 'digest challenge has an unknown algorithm: "MD4"',
  });
});
