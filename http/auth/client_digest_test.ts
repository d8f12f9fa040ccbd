import assert from "node:assert/strict";
import { newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { type AuthOption, Client, type ClientOptions } from "../mod.ts";
import { digestServer, type DigestServerOptions } from "./_digest_server_for_tests.ts";

// Digest through the client: how often it sends, with what, and what is recorded.

const mufasa: AuthOption = { type: "digest", username: "Mufasa", password: "Circle of Life" };

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

Deno.test("the challenge is a leg of its own, and both legs are recorded", async () => {
  await using server = digestServer();
  const counts = await recorded({ auth: mufasa }, async (client) => {
    const response = await client.get(`${server.url}/dir/index.html?q=1`);
    assert.equal(await response.text(), "hakuna matata");
  });
  assert.deepEqual(server.statuses, [401, 200]);
  assert.deepEqual(counts, { "200": 1, "401": 1 });
});

Deno.test("a known nonce is used again, with the next count and no further leg", async () => {
  await using server = digestServer({ algorithms: ["MD5", "SHA-256"] });
  await using client = new Client({ auth: mufasa });
  for (let i = 0; i < 3; i++) {
    assert.equal((await client.post(`${server.url}/${i}`, { body: "x".repeat(i) })).status, 200);
  }
  assert.deepEqual(server.statuses, [401, 200, 200, 200]);
  assert.deepEqual(server.counts, ["00000001", "00000002", "00000003"]);
});

Deno.test("bodies go with both legs, protected where the server asks for it", async () => {
  await using server = digestServer({ qop: "auth-int", algorithms: ["SHA-256"] });
  await using client = new Client({ auth: mufasa });
  for (const size of [0, 1, 70_000]) {
    const response = await client.post(server.url, { body: new Uint8Array(size) });
    assert.equal(response.status, 200, String(size));
  }
  assert.equal((await client.post(server.url, { json: { a: 1 } })).status, 200);
  assert.equal((await client.post(server.url, { form: { a: "1" } })).status, 200);
});

Deno.test("a wrong password ends with the second 401", async () => {
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

Deno.test("a stale nonce is renewed once, not for ever", async () => {
  await using once = digestServer({ uses: 1 });
  await using client = new Client({ auth: mufasa });
  for (let i = 0; i < 2; i++) assert.equal((await client.get(once.url)).status, 200);
  assert.deepEqual(once.statuses, [401, 200, 401, 200]);
  await using never = digestServer({ alwaysStale: true });
  assert.equal((await client.get(never.url)).status, 401);
  assert.deepEqual(never.statuses, [401, 401, 401]);
});

Deno.test("the nonce that a success names is the next one", async () => {
  await using server = digestServer({ uses: 1, nextnonce: true });
  await using client = new Client({ auth: mufasa });
  for (let i = 0; i < 3; i++) assert.equal((await client.get(server.url)).status, 200);
  assert.deepEqual(server.statuses, [401, 200, 200, 200]);
});

Deno.test("a server that forgot its nonces is asked anew", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  assert.equal((await client.get(server.url)).status, 200);
  server.forget();
  assert.equal((await client.get(server.url)).status, 200);
});

Deno.test("requests at once each get through, with counts of their own", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  assert.equal((await client.get(server.url)).status, 200);
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, i) => client.get(`${server.url}/${i}`)),
  );
  assert.deepEqual(new Set(responses.map(({ status }) => status)), new Set([200]));
  assert.equal(server.statuses.filter((status) => status === 401).length, 1);
});

Deno.test("the answer isn't sent to where a redirect leads elsewhere", async () => {
  await using away = digestServer();
  await using here = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.redirect(`${away.url}/`),
  );
  await using client = new Client({ auth: mufasa });
  const response = await client.get(`http://127.0.0.1:${here.addr.port}/`);
  assert.equal(response.status, 401);
  assert.deepEqual(away.statuses, [401], "its challenge is not for us");
});

Deno.test("authRequired tells of the challenge, once", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  const statuses: number[] = [];
  client.on("authRequired", ({ data }) => statuses.push(data.response.status));
  await client.get(server.url);
  await client.get(server.url);
  assert.deepEqual(statuses, [401]);
});

Deno.test("with responseType stream and none the challenge's body is no obstacle", async () => {
  await using server = digestServer({ uses: 1 });
  await using client = new Client({ auth: mufasa });
  for (let i = 0; i < 3; i++) {
    const response = await client.get(server.url, { responseType: "stream" });
    assert.equal(await response.text(), "hakuna matata");
    assert.equal((await client.get(server.url, { responseType: "none" })).status, 200);
  }
});

Deno.test("a body that can be sent once can't answer a challenge, and says so", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  const body = () => ReadableStream.from([new TextEncoder().encode("once")]);
  const first = await client.post(server.url, { body: body() });
  assert.ok(first.status === 401 || first.error !== null, "no endless loop, no empty second body");
  assert.equal((await client.get(server.url)).status, 200);
  assert.equal((await client.post(server.url, { body: body() })).status, 200, "with a known nonce");
});

Deno.test("a challenge that can't be answered is a failed response, or rejects with throw", async () => {
  const cases: [DigestServerOptions, why: RegExp][] = [
    [{ algorithms: ["SHA-512"] }, /SHA-512/],
    [{ qop: "auth-int" }, /stream/],
  ];
  for (const [options, why] of cases) {
    await using server = digestServer(options);
    for (const responseType of ["bytes", "stream"] as const) {
      const body = new Blob(["sent again, but not known beforehand"]);
      server.statuses.length = 0;
      const auth = { ...mufasa };
      const counts = await recorded({ auth, responseType }, async (client) => {
        for (let i = 0; i < 2; i++) { // The second time what is asked for may be known.
          const { status, error } = await client.put(server.url, { body });
          assert.deepEqual([status, error?.code], [0, "auth_failed"]);
          assert.match(error!.message, why);
        }
      });
      assert.deepEqual(counts, { "401": server.statuses.length });
      await recorded({ auth, responseType, throw: true }, async (client) => {
        await assert.rejects(client.put(server.url, { body }), { code: "auth_failed" });
      });
    }
  }
});

Deno.test("auth: null leaves a challenge unanswered", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: mufasa });
  assert.equal((await client.get(server.url, { auth: null })).status, 401);
  assert.deepEqual(server.statuses, [401]);
});

Deno.test("k6 #800: digest knows SHA-256, and its refused leg is told apart and may be left out", async () => {
  await using server = digestServer({ algorithms: ["SHA-256"] });
  const legs: [status: number, challenged: boolean][] = [];
  const counts = await recorded({ auth: mufasa }, async (client) => {
    client.on("responseReceived", ({ data: response }) => {
      const challenged = response.headers.has("www-authenticate");
      legs.push([response.status, challenged]);
      if (challenged) response.metrics = {};
    });
    assert.equal((await client.get(server.url)).status, 200);
  });
  assert.deepEqual(legs, [[401, true], [200, false]]);
  assert.deepEqual(counts, { "200": 1 });
});
