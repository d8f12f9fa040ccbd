import assert from "node:assert/strict";
import { makeAuthority } from "../internal/certs_for_tests.ts";
import { INFO, startFakeServer } from "./_fake_server_for_tests.ts";
import { measured, until } from "./_faults_for_tests.ts";
import nats, { type NatsError } from "./mod.ts";
import { newKeys, seedOf } from "./server/jwt.ts";
import { startNatsServer } from "./server/mod.ts";
import { makeOperator } from "./server/operator_for_tests.ts";
import { natsTest } from "./server/servers_for_tests.ts";

const QUICK = { reconnectWait: "10ms", reconnectJitter: 0 } as const;

const GARBAGE: Record<string, string> = {
  "no INFO at all": "HTTP/1.1 400 Bad Request\r\n\r\n",
  "an INFO that is no JSON": "INFO {nope\r\n",
  "an INFO that is no object": "INFO 7\r\n",
  "a MSG before PONG with a size that is none": `${INFO}MSG a 1 x\r\n`,
};

for (const [what, bytes] of Object.entries(GARBAGE)) {
  Deno.test(`fault 51: connecting fails at ${what}`, async () => {
    await using server = startFakeServer(({ say }) => say(bytes));
    await assert.rejects(nats.connect({ urls: server.url }), {
      name: "NatsError",
      errorCode: 1002,
      reason: "protocol",
    });
    assert.equal(server.connections, 1);
  });
}

Deno.test("fault 51: an INFO without end is cut off at its cap", async () => {
  await using server = startFakeServer(async ({ say }) => {
    await say("INFO {");
    for (let i = 0; i < 40; i++) await say("x".repeat(64 * 1024));
  });
  await assert.rejects(nats.connect({ urls: server.url }), { reason: "protocol" });
});

for (const bytes of ["MSG a 1 2\r\nhixx\r\n", "HMSG a 1 9 2\r\n", `MSG ${"x".repeat(70_000)}`]) {
  Deno.test(`fault 51: an open connection ends at ${JSON.stringify(bytes.slice(0, 20))}, and comes back`, () =>
    measured(async ({ count }) => {
      await using server = startFakeServer(async ({ number, say, heard }) => {
        await say(INFO);
        await heard("PING\r\n");
        await say("PONG\r\n");
        if (number === 1) await say(bytes);
      });
      const conn = await nats.connect({ urls: server.url, ...QUICK });
      await until("it is back", () => count("nats_reconnects") === 1);
      assert.equal(server.connections, 2);
      await conn.close();
    }));
}

Deno.test("fault 50: a server that doesn't answer pings is given up, and dialled again", () =>
  measured(async ({ count }) => {
    await using server = startFakeServer(async ({ say, heard }) => {
      await say(INFO);
      await heard("PING\r\n");
      await say("PONG\r\n");
    });
    const errors: NatsError[] = [];
    const conn = await nats.connect({
      urls: server.url,
      pingInterval: "10ms",
      maxPingsOut: 2,
      ...QUICK,
    });
    conn.onError((error) => errors.push(error));
    await until("it is back", () => count("nats_reconnects") >= 1);
    assert.equal(errors[0]?.reason, "stale");
    assert(count("nats_errors", { reason: "stale" }) >= 1);
    await conn.close();
  }));

Deno.test("a server that ends the connection before PONG is no reason to wait", async () => {
  await using server = startFakeServer(async ({ say, heard }) => {
    await say(INFO);
    await heard("CONNECT");
    await say("-ERR 'maximum connections exceeded'\r\nGARBAGE\r\n");
  });
  await assert.rejects(nats.connect({ urls: server.url }), { errorCode: 1002 });
});

Deno.test("a server that says nothing is given up in time", async () => {
  await using server = startFakeServer(() => Promise.resolve());
  await assert.rejects(nats.connect({ urls: server.url, timeout: "50ms" }), { errorCode: 1006 });
});

Deno.test("fault 45: where no server listens connecting fails, with what failed as its cause", async () => {
  await assert.rejects(nats.connect({ urls: ["nats://127.0.0.1:1", "nats://127.0.0.1:2"] }), {
    errorCode: 1002,
    reason: "network",
    message: /connect to 127\.0\.0\.1:1, 127\.0\.0\.1:2: .*refused/,
  });
});

Deno.test("a connection that is lost right after its PONG is made again", () =>
  measured(async ({ count }) => {
    await using server = startFakeServer(async ({ number, say, heard, end }) => {
      await say(INFO);
      await heard("PING\r\n");
      await say("PONG\r\n");
      if (number < 5) end();
    });
    const conn = await nats.connect({ urls: server.url, ...QUICK });
    await until("it stays", () => count("nats_reconnects") === 4 && conn.isConnected());
    assert.equal(server.connections, 5);
    await conn.close();
  }));

natsTest(
  "fault 45: when the server is gone for good, tries are bounded and everything fails",
  async () => {
    await using server = await startNatsServer({ jetStream: false });
    const conn = await nats.connect({ urls: server.url, maxReconnects: 3, ...QUICK });
    await server.kill();
    const error = await conn.closed();
    assert.equal(error?.errorCode, 1002);
    assert.throws(() => conn.publish("a", "b"), { errorCode: 1002 });
    await assert.rejects(conn.request("a", "b", 100), { errorCode: 1002 });
    await assert.rejects(conn.flush(), { errorCode: 1002 });
    await assert.rejects(conn.publishMany("a", 10, "x"), { errorCode: 1002 });
    assert.throws(() => conn.subscribe("a"), { errorCode: 1002 });
    assert.equal(conn.is_connected(), false);
  },
);

natsTest("the second server is used when the first isn't there", async () => {
  await using server = await startNatsServer({ jetStream: false });
  const urls = ["nats://127.0.0.1:1", server.url];
  await using conn = await nats.connect({ urls, noRandomize: true });
  assert.equal(conn.isConnected(), true);
});

natsTest("each way of credentials gets in", async () => {
  await using byUser = await startNatsServer({
    jetStream: false,
    users: [{ user: "u", password: "p w" }],
  });
  await (await nats.connect({ urls: byUser.url, user: "u", password: "p w" })).close();
  const inUrl = byUser.url.replace("//", "//u:p%20w@");
  await (await nats.connect({ urls: inUrl })).close();
  await using byToken = await startNatsServer({ jetStream: false, token: "t" });
  await (await nats.connect({ urls: byToken.url, token: "t" })).close();
  const keys = newKeys("user");
  await using byNkey = await startNatsServer({
    jetStream: false,
    users: [{ nkey: keys.getPublicKey() }],
  });
  await (await nats.connect({ urls: byNkey.url, nkeySeed: seedOf(keys) })).close();
  for (const wrong of [{}, { nkeySeed: seedOf(newKeys("user")) }]) {
    await assert.rejects(nats.connect({ urls: byNkey.url, ...wrong }), { reason: "authorization" });
  }
  const { operator, credentials } = makeOperator();
  await using byJwt = await startNatsServer({ operator, jetStream: false });
  const text = credentials({});
  await (await nats.connect({ urls: byJwt.url, credentials: text })).close();
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, text);
  await (await nats.connect({ urls: byJwt.url, credentials: file })).close();
  const [jwt, nkeySeed] = [...text.matchAll(/-{3,}\n(\S+)\n/g)].map((match) => match[1]);
  await (await nats.connect({ urls: byJwt.url, jwt: jwt!, nkeySeed: nkeySeed! })).close();
  await assert.rejects(nats.connect({ urls: byJwt.url, jwt: jwt! }), { reason: "authorization" });
  const [bearer] = credentials({ bearer: true }).match(/(?<=-{3,}\n)\S+(?=\n)/)!;
  await (await nats.connect({ urls: byJwt.url, jwt: bearer })).close();
  await Deno.remove(file);
  await assert.rejects(nats.connect({ urls: byJwt.url, credentials: "-----BEGIN nothing" }), {
    errorCode: 1003,
  });
  await assert.rejects(nats.connect({ urls: byJwt.url, nkeySeed: "SUAWRONG" }), {
    errorCode: 1003,
  });
});

natsTest(
  "TLS: after the greeting or before it, with an authority, a client's certificate, or neither",
  async () => {
    const authority = await makeAuthority();
    const [own, client] = [
      await authority.issue(["IP:127.0.0.1"]),
      await authority.issue(["DNS:c"]),
    ];
    for (const handshakeFirst of [false, true]) {
      await using server = await startNatsServer({
        jetStream: false,
        tls: { ...own, ca: authority.cert, handshakeFirst },
      });
      const tls = { ca: authority.cert, cert: client.cert, key: client.key, handshakeFirst };
      await using conn = await nats.connect({ urls: server.url, tls });
      conn.publish("a", "b");
      await conn.flush();
      assert.equal(conn.info?.tls_required, true);
      const without = { ca: authority.cert, handshakeFirst };
      await assert.rejects(nats.connect({ urls: server.url, tls: without }), { name: "NatsError" });
      const insecure = { ...client, insecure: true, minVersion: "1.3", handshakeFirst };
      await (await nats.connect({ urls: server.url, tls: insecure })).close();
    }
    await using trusted = await startNatsServer({ jetStream: false, tls: own });
    await assert.rejects(nats.connect({ urls: trusted.url }), {
      errorCode: 1002,
      reason: "network",
    });
    // A server that requires TLS gets it, whatever the URL says.
    const plain = trusted.url.replace("tls:", "nats:");
    await assert.rejects(nats.connect({ urls: plain }), /certificate/i);
    await using none = await startNatsServer({ jetStream: false });
    await assert.rejects(nats.connect({ urls: none.url, tls: true }), /doesn't offer TLS/);
  },
);
