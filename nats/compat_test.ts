import assert from "node:assert/strict";
import { until } from "./_faults_for_tests.ts";
import { jetStream } from "./jetstream/mod.ts";
import { connect } from "./mod.ts";
import { type NatsServer, startNatsServer } from "./server/mod.ts";
import { natsTest, serverBefore } from "./server/servers_for_tests.ts";

// The same on every server: what scripts use most, on the newest one here and on an old one.

const SUITE: Record<string, (server: NatsServer) => Promise<void>> = {
  async "messages go from one connection to another, with headers"(server) {
    const [publisher, subscriber] = await both(server);
    const heard: [string, string | undefined][] = [];
    subscriber.subscribe("a.*", "", (message) => {
      heard.push([message.text(), message.headers?.get("x-id") ?? undefined]);
    });
    await subscriber.flush();
    publisher.publish("a.b", "plain");
    publisher.publish("a.c", "with", { headers: { "x-id": "7" } });
    await until("both", () => heard.length === 2);
    assert.deepEqual(heard, [["plain", undefined], ["with", "7"]]);
    await Promise.all([publisher.close(), subscriber.close()]);
  },

  async "a queue group shares what comes"(server) {
    const [publisher, subscriber] = await both(server);
    let heard = 0;
    for (let i = 0; i < 3; i++) subscriber.subscribe("work", "q", () => void heard++);
    await subscriber.flush();
    for (let i = 0; i < 30; i++) publisher.publish("work", "x");
    await publisher.flush();
    await until("all", () => heard === 30);
    await subscriber.flush();
    assert.equal(heard, 30);
    await Promise.all([publisher.close(), subscriber.close()]);
  },

  async "requests are answered, and one that nobody hears fails at once"(server) {
    const [client, service] = await both(server);
    service.subscribe("double", "", (message) => {
      message.respond(String(Number(message.text()) * 2));
    });
    await service.flush();
    assert.equal((await client.request("double", "21", 2000)).text(), "42");
    await assert.rejects(client.request("nobody", "", 20_000), {
      errorCode: 1011,
      reason: "no_responders",
    });
    await Promise.all([client.close(), service.close()]);
  },

  async "a stream stores a message of one id once; it is pulled and acknowledged"(server) {
    const [conn, other] = await both(server);
    const js = jetStream(conn);
    await js.addStream({ name: "S", subjects: ["s.*"], storage: "memory", retention: "workqueue" });
    await js.addConsumer("S", { stream: "S", durable: "d", ackPolicy: "explicit" });
    const first = await js.publish("s.a", "one", { msgID: "1" });
    const second = await js.publish("s.a", "one", { msgID: "1" });
    assert.deepEqual([first.duplicate, second.duplicate, second.seq], [false, true, first.seq]);
    const sub = await js.pullSubscribe("S", "s.*", "d");
    const messages = await js.pullMessages(sub, 10, 1000);
    assert.deepEqual(messages.map((message) => message.text()), ["one"]);
    assert.equal(await messages[0]!.ackAck(), true);
    assert.equal((await js.getStreamInfo("S")).state.messages, 0);
    assert.deepEqual(await js.getStreamNames(), ["S"]);
    assert.deepEqual(await js.getConsumerNames("S"), ["d"]);
    await js.deleteStream("S");
    await Promise.all([conn.close(), other.close()]);
  },

  async "a push consumer delivers"(server) {
    const [conn, other] = await both(server);
    const js = jetStream(conn);
    await js.addStream({ name: "P", subjects: ["p.*"], storage: "memory" });
    const heard: number[] = [];
    await js.pushSubscribe("P", "p.*", "pusher", (message) => {
      heard.push(message.seq);
      message.ack();
    });
    for (let i = 0; i < 5; i++) await js.publish("p.a", "x");
    await until("all", () => heard.length === 5);
    assert.deepEqual(heard, [1, 2, 3, 4, 5]);
    await Promise.all([conn.close(), other.close()]);
  },
};

function both(server: NatsServer) {
  const urls = server.url;
  return Promise.all([connect({ urls }), connect({ urls })]);
}

const old = serverBefore("2.10.0");
for (const [name, body] of Object.entries(SUITE)) {
  natsTest(`newest nats-server: ${name}`, async () => {
    await using server = await startNatsServer();
    await body(server);
  });
  Deno.test({
    name: `nats-server 2.9: ${name}${old === undefined ? " (needs nats-server 2.9)" : ""}`,
    ignore: old === undefined,
    async fn() {
      await using server = await startNatsServer({ program: old! });
      await body(server);
    },
  });
}
