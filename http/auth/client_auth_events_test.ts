import assert from "node:assert/strict";
import { hear } from "../_heard_for_tests.ts";
import { Client } from "../mod.ts";
import { digestServer } from "./_digest_server_for_tests.ts";

const MUFASA = { username: "Mufasa", password: "Circle of Life" };

Deno.test("credentials of a listener become Digest where the server offers it", async () => {
  await using server = digestServer({ algorithms: ["MD5", "SHA-256"] });
  for (const credentials of [MUFASA, { type: "digest", ...MUFASA } as const]) {
    await using client = new Client();
    client.on("authRequired", ({ data }) => data.credentials = credentials);
    assert.equal((await client.get(server.url)).status, 200);
  }
  assert.deepEqual(server.statuses, [401, 200, 401, 200]);
});

Deno.test("Digest credentials for a server that doesn't offer it leave its answer as it is", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(null, { status: 401, headers: { "www-authenticate": "Basic realm=x" } }),
  );
  await using client = new Client();
  client.on("authRequired", ({ data }) => data.credentials = { type: "digest", ...MUFASA });
  const response = await client.get(`http://127.0.0.1:${server.addr.port}/`);
  assert.equal(response.status, 401);
});

Deno.test("authRequired says when the option auth answers it", async () => {
  await using server = digestServer();
  await using client = new Client({ auth: { type: "digest", ...MUFASA } });
  const heard = hear(client, ["authRequired", "responseReceived"]);
  assert.equal((await client.get(server.url)).status, 200);
  assert.deepEqual(heard.of("authRequired").map(({ answered }) => answered), [true]);
  assert.deepEqual(heard.of("responseReceived").map(({ status }) => status), [401, 200]);
});
