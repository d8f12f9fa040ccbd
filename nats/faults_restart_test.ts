import assert from "node:assert/strict";
import { measured, until } from "./_faults_for_tests.ts";
import { jetStream } from "./jetstream/mod.ts";
import { connect } from "./mod.ts";
import { startNatsServer } from "./server/mod.ts";
import { natsTest } from "./server/servers_for_tests.ts";

const QUICK = { reconnectWait: "20ms", reconnectJitter: 0, maxReconnects: -1 } as const;

for (const kill of [false, true]) {
  const how = kill ? "killed and started again" : "restarted";
  natsTest(
    `fault 44: server ${how} under load: all that was acknowledged is there, once`,
    () =>
      measured(async ({ count }) => {
        await using server = await startNatsServer();
        await using conn = await connect({ urls: server.url, ...QUICK });
        const js = jetStream(conn, { timeout: 1000 });
        await js.addStream({ name: "LOAD", subjects: ["load.*"], storage: "file" });
        const acked: string[] = [];
        let stop = false;
        let next = 0;
        const publisher = async () => {
          while (!stop) {
            const msgID = `m${next++}`;
            const sent = js.publish("load.a", msgID, { msgID, retries: 20, timeout: 1000 });
            await sent.then(() => acked.push(msgID), () => {});
          }
        };
        const publishers = Promise.all(Array.from({ length: 8 }, publisher));
        await until("messages before", () => acked.length > 200);
        await server.restart({ kill });
        await until("connected again", () => conn.isConnected());
        const after = acked.length;
        await until("messages after", () => acked.length > after + 200);
        stop = true;
        await publishers;

        // What was acknowledged is stored, and nothing is stored twice.
        const stored = new Map<string, number>();
        await js.addConsumer("LOAD", { stream: "LOAD", durable: "all", ackPolicy: "none" });
        const sub = await js.pullSubscribe("LOAD", "load.*", "all");
        const { state } = await js.getStreamInfo("LOAD");
        for (let got = 0; got < state.messages;) {
          const messages = await js.pullMessages(sub, 500, 2000);
          assert(messages.length > 0, `${got} of ${state.messages}`);
          got += messages.length;
          for (const message of messages) {
            stored.set(message.text(), (stored.get(message.text()) ?? 0) + 1);
          }
        }
        assert.deepEqual(acked.filter((msgID) => !stored.has(msgID)), []);
        assert.deepEqual([...stored].filter(([, times]) => times !== 1), []);
        // The gap shows.
        assert.equal(count("nats_reconnects"), 1);
        assert.equal(count("nats_reconnecting"), 1);
      }),
  );
}

natsTest(
  "fault 45: with all servers gone the tries end, and every call fails",
  () =>
    measured(async ({ count }) => {
      await using server = await startNatsServer({ jetStream: false });
      await using conn = await connect({
        ...{ urls: server.url, name: "lonely" },
        ...{ reconnectWait: "20ms", reconnectJitter: 0, maxReconnects: 3 },
      });
      await server.stop();
      const request = conn.request("nobody", "", 20_000);
      await assert.rejects(request, { name: "NatsError" });
      await until("the connection is closed", () => conn.isClosed());
      assert.throws(() => conn.publish("a", "b"), { errorCode: 1002 });
      await assert.rejects(async () => await conn.flush(), { errorCode: 1002 });
      assert(count("nats_errors") >= 2);
      assert.equal(count("nats_reconnects"), 0);
    }),
);

natsTest("fault 45: a server that never was there fails the connect", async () => {
  await using server = await startNatsServer({ jetStream: false });
  await server.stop();
  await assert.rejects(connect({ urls: server.url, timeout: 2 }), {
    name: "NatsError",
    reason: "network",
  });
});

natsTest(
  "fault 50: a server that stops answering is left, and joined again when it goes on",
  () =>
    measured(async ({ count }) => {
      await using server = await startNatsServer({ jetStream: false });
      await using conn = await connect({
        ...{ urls: server.url, pingInterval: "50ms", maxPingsOut: 2, timeout: 1 },
        ...QUICK,
      });
      let heard = 0;
      conn.subscribe("news", "", () => void heard++);
      server.pause();
      await until("the connection is given up", () => !conn.isConnected());
      server.resume();
      await until("connected again", () => conn.isConnected());
      assert(count("nats_reconnects") >= 1);
      await until("the subscription is there again", () => {
        conn.publish("news", "still here");
        return heard > 0;
      });
    }),
);
