import assert from "node:assert/strict";
import { startNatsCluster, startNatsLeafPair, untilLeafNodes } from "./cluster.ts";
import { findNatsServer } from "./find.ts";
import { makeAuthority } from "../../internal/certs_for_tests.ts";
import { makeOperator } from "./operator_for_tests.ts";
import { natsTest } from "./servers_for_tests.ts";
import { type NatsServer, startNatsServer } from "./start.ts";

/** What a server says first. */
async function infoOf({ port }: NatsServer): Promise<Record<string, unknown>> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const buffer = new Uint8Array(8192);
  const line = new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
  assert(line.startsWith("INFO "), line);
  return JSON.parse(line.slice("INFO ".length));
}

natsTest("a server starts with JetStream on a free port and leaves nothing behind", async () => {
  let folder;
  {
    await using server = await startNatsServer();
    folder = server.folder;
    const info = await infoOf(server);
    assert.equal(info.jetstream, true);
    assert.equal(info.version, (await findNatsServer()).version);
    assert.equal(server.url, `nats://127.0.0.1:${server.port}`);
    await Deno.stat(folder);
  }
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});

natsTest("a restarted server has its port and another process", async () => {
  await using server = await startNatsServer({ jetStream: false });
  const { pid, port } = server;
  await server.restart();
  assert.notEqual(server.pid, pid);
  assert.equal(server.port, port);
  await infoOf(server);
  await server.kill();
  await assert.rejects(infoOf(server), Deno.errors.ConnectionRefused);
  await server.start();
  await infoOf(server);
});

natsTest("a paused server says nothing until it is resumed, and ends though paused", async () => {
  await using server = await startNatsServer({ jetStream: false });
  server.pause();
  const asked = () =>
    fetch(server.monitorUrl, { signal: AbortSignal.timeout(200) }).then((response) =>
      response.text()
    );
  // The signal takes a moment to get there.
  while (await asked().then(() => true, (error) => error.name !== "TimeoutError"));
  let answered = false;
  const answer = infoOf(server).then(() => answered = true);
  await assert.rejects(asked(), { name: "TimeoutError" });
  assert.equal(answered, false);
  server.resume();
  await answer;
  server.pause();
});

natsTest("a configuration changes while the server runs", async () => {
  await using server = await startNatsServer({ jetStream: false, token: "secret" });
  assert.equal((await infoOf(server)).auth_required, true);
  await server.reload({ token: "other", maxPayloadBytes: 4096 });
  assert.equal((await infoOf(server)).max_payload, 4096);
});

natsTest("TLS asks for clients' certificates where there is an authority for them", async () => {
  const authority = await makeAuthority();
  const tls = await authority.issue(["IP:127.0.0.1"]);
  await using server = await startNatsServer({ tls: { ...tls, ca: authority.cert } });
  const info = await infoOf(server);
  assert.equal(info.tls_required, true);
  assert.equal(info.tls_verify, true);
  assert(server.url.startsWith("tls://"));
});

natsTest("JWT operator mode asks for a signature", async () => {
  const { operator } = makeOperator();
  await using server = await startNatsServer({ operator });
  const info = await infoOf(server);
  assert.equal(info.auth_required, true);
  assert.equal(typeof info.nonce, "string");
});

natsTest("a cluster of three is ready with a leader, and one can go", async () => {
  await using cluster = await startNatsCluster();
  assert.equal(cluster.urls.length, 3);
  const leaderOf = async (server: NatsServer): Promise<string> => {
    const { meta_cluster } = await server.monitor("/jsz") as { meta_cluster: { leader: string } };
    return meta_cluster.leader;
  };
  const leader = cluster.named(await leaderOf(cluster.servers[0]!));
  await leader.kill();
  await leader.start();
  assert((await leaderOf(leader)) !== "");
  assert.throws(() => cluster.named("n4"), /no server n4/);
});

natsTest("a leaf node connects again after it was cut off", async () => {
  await using pair = await startNatsLeafPair();
  await pair.leaf.stop();
  await untilLeafNodes(pair.hub, 0);
  await pair.leaf.start();
  await untilLeafNodes(pair.hub, 1);
});

natsTest("a server that can't start says why, and leaves nothing running", async () => {
  await assert.rejects(startNatsServer({ settings: { nonsense_setting: [1] } }), {
    code: "nats_server_failed",
    message: /start nats-server: it ended\n?.*/s,
  });
  const { path } = await findNatsServer();
  await assert.rejects(
    startNatsServer({ program: { path: `${path}-not-there`, version: "2.15.0" } }),
    { code: "nats_server_failed" },
  );
});
