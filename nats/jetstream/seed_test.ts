import assert from "node:assert/strict";
import nats from "../mod.ts";
import { startNatsServer } from "../server/start.ts";
import { natsTest } from "../server/servers_for_tests.ts";

const JS = [
  ...["addStream", "updateStream", "deleteStream", "getStreamInfo", "getStreamNames"],
  ...["purgeStream", "deleteMessage", "publish", "publishAsync", "addConsumer", "updateConsumer"],
  ...["deleteConsumer", "getConsumerInfo", "getConsumerNames", "pullSubscribe", "pullMessages"],
  ...["pushSubscribe", "getAccountInfo"],
];
const CONNECTION = [
  ...["close", "isConnected", "is_connected", "stats", "publish", "subscribe", "request"],
  ...["drain", "flush"],
];

natsTest("the seed's names are there, and its JetStream example does what it says", async () => {
  await using server = await startNatsServer();
  const conn = await nats.connect({ urls: [server.url], reconnectWait: 2, maxReconnects: 10 });
  const js = nats.jetStream(conn);
  const missing = (object: object, names: readonly string[]) =>
    names.filter((name) => typeof Reflect.get(object, name) !== "function");
  assert.deepEqual(missing(js, JS), []);
  assert.deepEqual(missing(conn, CONNECTION), []);
  assert.deepEqual(missing(nats, ["streamConfig", "consumerConfig", "tlsOptions"]), []);

  const streamConfig = nats.streamConfig({
    name: "TEST_STREAM",
    subjects: ["test.>"],
    retention: "limits",
    storage: "file",
    replicas: 1,
  });
  await js.addStream(streamConfig);
  const consumerConfig = nats.consumerConfig({
    stream: "TEST_STREAM",
    durable: "TEST_CONSUMER",
    deliverPolicy: "all",
    ackPolicy: "explicit",
  });
  await js.addConsumer("TEST_STREAM", consumerConfig);
  await js.publish("test.js", "Hello JetStream!");
  assert.equal((await js.getStreamInfo("TEST_STREAM")).state.messages, 1);
  assert.equal((await js.getConsumerInfo("TEST_STREAM", "TEST_CONSUMER")).num_pending, 1);
  assert.equal((await js.getAccountInfo()).consumers, 1);
  const sub = await js.pullSubscribe("TEST_STREAM", "test.>", "TEST_CONSUMER");
  const messages = await js.pullMessages(sub, 10, 5000);
  assert.deepEqual(messages.map(({ data }) => String(data)), ["Hello JetStream!"]);
  await js.deleteConsumer("TEST_STREAM", "TEST_CONSUMER");
  await js.deleteStream("TEST_STREAM");
  await conn.close();
});
