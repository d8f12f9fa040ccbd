import assert from "node:assert/strict";
import { jetStreamTest, textsOf } from "./_jetstream_for_tests.ts";

jetStreamTest(
  "a stream is made, changed, described, listed, purged and deleted",
  async ({ js }) => {
    const made = await js.addStream({
      name: "S",
      subjects: ["s.>"],
      storage: "memory",
      maxAge: 60,
    });
    assert.equal(made.config.max_age, 60e9);
    assert.equal(made.config.retention, "limits");
    const changed = await js.updateStream({ name: "S", subjects: ["s.>", "t"], storage: "memory" });
    assert.deepEqual(changed.config.subjects, ["s.>", "t"]);
    await js.publish("t", "one");
    assert.equal((await js.getStreamInfo("S")).state.messages, 1);
    assert.deepEqual(await js.getStreamNames(), ["S"]);
    assert.deepEqual(await js.getStreamNames("s.x"), ["S"]);
    assert.deepEqual(await js.getStreamNames("nobody"), []);
    assert.equal(await js.purgeStream("S"), 1);
    await js.publish("t", "two");
    await js.deleteMessage("S", 2);
    assert.equal((await js.getStreamInfo("S")).state.messages, 0);
    assert.equal((await js.getAccountInfo()).streams, 1);
    await js.deleteStream("S");
    assert.deepEqual(await js.getStreamNames(), []);
  },
);

jetStreamTest(
  "a consumer is made, changed, described, listed and deleted",
  async ({ js }) => {
    await js.addStream({ name: "S", subjects: "s.>", storage: "memory" });
    await js.addConsumer("S", { durable: "C", ackWait: 2 });
    assert.equal((await js.getConsumerInfo("S", "C")).config.ack_wait, 2e9);
    const { config } = await js.updateConsumer("S", { durable: "C", ackWait: 3 });
    assert.equal(config.ack_wait, 3e9);
    assert.deepEqual(await js.getConsumerNames("S"), ["C"]);
    await js.deleteConsumer("S", "C");
    assert.deepEqual(await js.getConsumerNames("S"), []);
  },
);

jetStreamTest("messages are published, pulled and acknowledged", async ({ js, count }) => {
  await js.addStream({ name: "S", subjects: "s.>", storage: "memory" });
  const ack = await js.publish("s.a", "one", { headers: { "X-Trace": "7" } });
  assert.deepEqual(ack, { stream: "S", seq: 1, duplicate: false });
  await js.publish("s.b", new Uint8Array([116, 119, 111]));
  await js.publish("s.c", { three: 3 });
  const sub = await js.pullSubscribe("S", "s.>", "C");
  const messages = await js.pullMessages(sub, 3, 5000);
  assert.deepEqual(messages.map(({ subject }) => subject), ["s.a", "s.b", "s.c"]);
  assert.deepEqual(textsOf(messages), ["one", "two", '{"three":3}']);
  const [first] = messages;
  assert.equal(String(first!.data), "one");
  assert.equal(first!.headers?.get("x-trace"), "7");
  assert.equal(first!.seq, 1);
  assert.equal(first!.info.consumer, "C");
  assert.equal(first!.info.pending, 2);
  assert.equal(first!.redelivered, false);
  assert.ok(Math.abs(first!.storedAt.getTime() - Date.now()) < 60_000);
  for (const message of messages) await message.ackAck();
  const info = await js.getConsumerInfo("S", "C");
  assert.deepEqual([info.num_ack_pending, info.ack_floor.stream_seq], [0, 3]);
  assert.deepEqual(await js.pullMessages(sub, 1, 50), []);
  assert.equal(count("nats_js_acks", { stream: "S" }), 3);
  assert.equal(count("nats_publish_duration", { stream: "S" }), 3);
  assert.equal(count("nats_pull_duration", { stream: "S", consumer: "C" }), 2);
  assert.equal(count("nats_msgs_received", { subject: "s.>" }), 3);
});
