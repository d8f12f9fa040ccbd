import assert from "node:assert/strict";
import { measured, until } from "./_faults_for_tests.ts";
import nats, { type NatsError } from "./mod.ts";
import { type NatsServer, startNatsServer } from "./server/mod.ts";
import { makeOperator } from "./server/operator_for_tests.ts";
import { natsTest } from "./server/servers_for_tests.ts";

const QUICK = { reconnectWait: "20ms", reconnectJitter: 0, maxReconnects: -1 } as const;

/** Connections that the server ever had. */
async function connectionsOf(server: NatsServer): Promise<number> {
  const { total_connections } = await server.monitor("/varz") as { total_connections: number };
  return total_connections;
}

natsTest("fault 46: wrong credentials fail at once, each way of them", async () => {
  const users = [{ user: "load", password: "right" }];
  await using server = await startNatsServer({ jetStream: false, users });
  const wrong = [{ user: "load", password: "wrong" }, { token: "t" }, {}];
  for (const credentials of wrong) {
    await assert.rejects(nats.connect({ urls: server.url, ...credentials, ...QUICK }), {
      name: "NatsError",
      reason: "authorization",
    });
  }
  assert((await connectionsOf(server)) <= 2 * wrong.length, "no hot loop");
});

natsTest("fault 46: credentials changed under a connection end it after two tries", async () => {
  await using server = await startNatsServer({ jetStream: false, token: "first" });
  await using conn = await nats.connect({ urls: server.url, token: "first", ...QUICK });
  await server.reload({ token: "second" });
  await until("the connection is closed", () => conn.isClosed());
  const before = await connectionsOf(server);
  assert(before <= 4, `${before} connections`);
  assert.throws(() => conn.publish("a", "b"), { errorCode: 1002 });
});

natsTest("fault 46: a token that expires ends the connection, without a hot loop", async () => {
  const { operator, credentials } = makeOperator();
  await using server = await startNatsServer({ operator, jetStream: false });
  await using conn = await nats.connect({
    ...{ urls: server.url, credentials: credentials({ expiresInSeconds: 2 }) },
    ...QUICK,
  });
  await until("the connection is closed", () => conn.isClosed());
  assert((await connectionsOf(server)) <= 4);
});

natsTest("fault 47: a subject that isn't allowed fails alone", () =>
  measured(async ({ count }) => {
    const permissions = {
      publish: { deny: ["secret.>"] },
      subscribe: { deny: ["secret.>"] },
    };
    const users = [{ user: "u", password: "p", permissions }];
    await using server = await startNatsServer({ jetStream: false, users });
    await using conn = await nats.connect({ urls: server.url, user: "u", password: "p" });
    let heard = 0;
    conn.subscribe("open.a", "", () => void heard++);
    const denied: NatsError[] = [];
    const onError = (error: NatsError) => void denied.push(error);
    const refused = conn.subscribe("secret.a", { handler() {}, onError });
    conn.onError(onError);
    await refused.closed;
    conn.publish("secret.b", "nobody may");
    await until("the server says so", () => count("nats_errors", { code: "1009" }) === 1);
    const reasons = denied.map(({ errorCode, reason }) => [errorCode, reason]);
    assert.deepEqual(reasons.filter(([errorCode]) => errorCode === 1010)[0], [
      1010,
      "permission_denied",
    ]);
    assert.deepEqual(reasons.at(-1), [1009, "permission_denied"]);
    assert(conn.isConnected());
    conn.publish("open.a", "all may");
    await until("the other one goes on", () => heard === 1);
  }));
