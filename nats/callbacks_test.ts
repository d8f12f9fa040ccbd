import assert from "node:assert/strict";
import { measured, until } from "./_faults_for_tests.ts";
import nats, { type NatsError } from "./mod.ts";
import { startNatsServer } from "./server/mod.ts";
import { natsTest } from "./server/servers_for_tests.ts";

const thrown = () => {
  throw new Error("thrown by onError");
};

natsTest(
  "an onError that throws is counted, and the subscription and the connection go on",
  () =>
    measured(async ({ count }) => {
      await using server = await startNatsServer({ jetStream: false });
      await using conn = await nats.connect({ urls: server.url });
      const got: string[] = [];
      conn.subscribe("h", {
        handler(message) {
          got.push(message.text());
          if (message.text() === "1") throw new Error("no");
        },
        onError: thrown,
      });
      const { promise: taken, resolve: goOn } = Promise.withResolvers<void>();
      const slow = conn.subscribe("h", {
        ...{ pendingMessages: 1, handler: () => taken, onError: thrown },
      });
      await conn.publishMany("h", ["1", "2", "3"]);
      await conn.flush();
      goOn();
      await until("what waited is handled", () => slow.pending === 0);
      assert.deepEqual(got, ["1", "2", "3"]);
      assert(slow.dropped > 0);
      assert.equal(count("nats_errors", { code: "unknown" }), 2);
      assert.deepEqual([conn.isConnected(), conn.stats().reconnects], [true, 0]);
    }),
);

natsTest(
  "a listener of a connection's errors that throws keeps none from the others",
  () =>
    measured(async ({ count }) => {
      const permissions = { publish: { deny: ["secret"] } };
      await using server = await startNatsServer({
        ...{ jetStream: false, users: [{ user: "u", password: "p", permissions }] },
      });
      const conn = await nats.connect({ urls: server.url, user: "u", password: "p" });
      const told: (NatsError["reason"])[] = [];
      conn.onError(thrown);
      conn.onError(({ reason }) => told.push(reason));
      conn.publish("secret", "");
      await conn.flush();
      await until("the others are told", () => told.length > 0);
      assert.deepEqual(told, ["permission_denied"]);
      assert.equal(count("nats_errors", { code: "unknown" }), 1);
      assert.equal(conn.stats().reconnects, 0);
      await conn.close();
    }),
);
