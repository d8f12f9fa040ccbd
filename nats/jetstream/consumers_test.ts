import assert from "node:assert/strict";
import { jetStreamTest, textsOf } from "./_jetstream_for_tests.ts";
import { jetStream } from "./jetstream.ts";

const STREAM = { name: "S", subjects: "s.>", storage: "memory" } as const;

jetStreamTest(
  "nak delivers again, term never, the first answer counts",
  async ({ js }) => {
    await js.addStream(STREAM);
    await js.addConsumer("S", { durable: "C", ackWait: 60 });
    for (const text of ["nak", "term", "later"]) await js.publish("s.x", text);
    const sub = await js.pullSubscribe("S", "", "C");
    const [nak, term, later] = await sub.pull(3, 5000);
    nak!.nak();
    nak!.ack();
    term!.term("can't be done");
    later!.nak(20);
    const again = [await sub.next(5000), await sub.next(5000)];
    assert.deepEqual(textsOf(again), ["nak", "later"]);
    assert.deepEqual(again.map(({ info }) => info.deliveryCount), [2, 2]);
    assert.equal(await again[0]!.ackAck(), true);
    assert.equal(await again[0]!.ackAck(), false);
    await again[1]!.ackAck();
    assert.equal((await js.getConsumerInfo("S", "C")).num_ack_pending, 0);
    assert.throws(() => again[0]!.nak(-1), /not negative: -1/);
  },
);

jetStreamTest(
  "inProgress keeps a message from being delivered again, and is no answer",
  async ({ connection, js }) => {
    await js.addStream(STREAM);
    await js.addConsumer("S", { durable: "C", ackWait: 2 });
    await js.publish("s.x", "kept");
    await js.publish("s.x", "left");
    const sub = await js.pullSubscribe("S", "", "C");
    const [kept, left] = await sub.pull(2, 5000);
    assert.equal(left!.text(), "left");
    // The other one, of the same age, tells when the time is up: each round is longer than ackWait.
    for (const round of [2, 3]) {
      const extending = setInterval(() => kept!.inProgress(), 50);
      try {
        const again = await sub.next(30_000);
        assert.deepEqual([again.text(), again.info.deliveryCount], ["left", round]);
      } finally {
        clearInterval(extending);
      }
    }
    assert.equal(kept!.answered, false);
    await connection.flush();
    const { num_ack_pending, num_redelivered } = await js.getConsumerInfo("S", "C");
    assert.deepEqual([num_ack_pending, num_redelivered], [2, 1]);
    assert.equal(await kept!.ackAck(), true);
  },
);

jetStreamTest("a for-await loop gets every message in order across many pulls", async ({ js }) => {
  await js.addStream(STREAM);
  const total = 2500;
  for (let i = 0; i < total; i++) await js.publishAsync("s.x", String(i));
  const { acked } = await js.publishAsyncComplete();
  assert.equal(acked, total);
  const sub = await js.pullSubscribe("S", "", "C");
  let next = 0;
  for await (const message of sub.consume({ batch: 64 })) {
    assert.equal(message.text(), String(next++));
    message.ack();
    if (next === total) break;
  }
  assert.equal(next, total);
  assert.equal((await js.getConsumerInfo("S", "C")).num_pending, 0);
});

jetStreamTest("messages that a loop leaves behind come with the next pull", async ({ js }) => {
  await js.addStream(STREAM);
  for (let i = 0; i < 10; i++) await js.publish("s.x", String(i));
  const sub = await js.pullSubscribe("S", "", "C");
  for await (const message of sub.consume({ batch: 10 })) {
    message.ack();
    if (message.text() === "3") break;
  }
  const rest = await sub.pull(6, 5000);
  assert.deepEqual(textsOf(rest), ["4", "5", "6", "7", "8", "9"]);
});

jetStreamTest("a loop that waits gets a message that comes later", async ({ js }) => {
  await js.addStream(STREAM);
  const sub = await js.pullSubscribe("S", "", "C");
  const loop = (async () => {
    for await (const message of sub.consume()) return message.text();
  })();
  await js.publish("s.x", "late");
  assert.equal(await loop, "late");
});

jetStreamTest("a closed subscription ends its pulls and loops", async ({ js }) => {
  await js.addStream(STREAM);
  const sub = await js.pullSubscribe("S", "", "C");
  const pull = assert.rejects(sub.pull(1, 30_000), { errorCode: 1002 });
  sub.unsubscribe();
  await pull;
  assert.equal(sub.isClosed, true);
  await assert.rejects(sub.pull(1, 100), { errorCode: 1002 });
  await assert.rejects(sub.consume().next(), { errorCode: 1002 });
});

jetStreamTest("pushed messages are handled in order and acknowledged", async ({ js }) => {
  await js.addStream(STREAM);
  for (let i = 0; i < 300; i++) await js.publishAsync("s.x", String(i));
  await js.publishAsyncComplete();
  const texts: string[] = [];
  const done = Promise.withResolvers<void>();
  const sub = await js.pushSubscribe("S", "s.>", "P", async (message) => {
    await Promise.resolve();
    texts.push(message.text());
    if (texts.length === 300) done.resolve();
  });
  await done.promise;
  assert.deepEqual(texts, Array.from({ length: 300 }, (_, i) => String(i)));
  assert.equal(sub.received, 300);
  sub.unsubscribe();
});

jetStreamTest("what a push handler throws is told and not acknowledged", async ({ js }) => {
  await js.addStream(STREAM);
  await js.publish("s.x", "bad");
  const told = Promise.withResolvers<unknown>();
  const handler = () => {
    throw new Error("no");
  };
  const onError = (error: unknown) => told.resolve(error);
  const sub = await js.pushSubscribe("S", "", "P", handler, { onError });
  assert.match(String(await told.promise), /no/);
  assert.equal((await js.getConsumerInfo("S", "P")).num_ack_pending, 1);
  sub.unsubscribe();
});

jetStreamTest("subscribers of a queue group share what is pushed", async ({ js }) => {
  await js.addStream(STREAM);
  const seen = new Set<string>();
  const done = Promise.withResolvers<void>();
  const handler = (message: { text(): string }) => {
    assert.equal(seen.has(message.text()), false, "delivered twice");
    seen.add(message.text());
    if (seen.size === 100) done.resolve();
  };
  const one = await js.pushSubscribe("S", "", "Q", handler, { queue: "workers" });
  const two = await js.pushSubscribe("S", "", "Q", handler, { queue: "workers" });
  for (let i = 0; i < 100; i++) await js.publishAsync("s.x", String(i));
  await done.promise;
  assert.equal(one.received + two.received, 100);
});

jetStreamTest(
  "an ordered consumer reads a stream from the start, headers included",
  async ({ js }) => {
    await js.addStream(STREAM);
    for (let i = 0; i < 5; i++) await js.publish("s.x", String(i), { headers: { N: String(i) } });
    const texts: string[] = [];
    for await (const message of js.ordered("S", { filterSubjects: ["s.x"] })) {
      texts.push(`${message.text()}${message.headers?.get("n")}`);
      assert.equal(message.info.streamSequence, texts.length);
      if (texts.length === 5) break;
    }
    assert.deepEqual(texts, ["00", "11", "22", "33", "44"]);
  },
);

jetStreamTest("a message is read by its sequence and by its subject", async ({ js }) => {
  await js.addStream(STREAM);
  await js.publish("s.a", "one");
  await js.publish("s.b", "two");
  const { subject, data } = await js.getMessage("S", 1);
  assert.deepEqual([subject, new TextDecoder().decode(data)], ["s.a", "one"]);
  assert.equal((await js.getMessage("S", "s.b")).seq, 2);
});

jetStreamTest("a key-value bucket and an object store keep what they are given", async ({ js }) => {
  const bucket = await js.keyValue("settings", { history: 2 });
  await bucket.put("colour", "green");
  await bucket.put("colour", "blue");
  assert.equal((await bucket.get("colour"))?.string(), "blue");
  assert.equal((await bucket.get("colour"))?.revision, 2);
  await assert.rejects(bucket.create("colour", "red"));
  const again = await js.keyValue("settings", { bindOnly: true });
  assert.equal((await again.get("colour"))?.string(), "blue");

  const store = await js.objectStore("bundles");
  const large = crypto.getRandomValues(new Uint8Array(60_000));
  await store.putBlob({ name: "one" }, large);
  assert.deepEqual(await store.getBlob("one"), large);
  await assert.rejects(js.keyValue("a b"), { errorCode: 1003 });
});

jetStreamTest("a pull takes what is there, and waits only for the first", async ({ js }) => {
  await js.addStream(STREAM);
  const sub = await js.pullSubscribe("S", "", "C");
  await js.publish("s.x", "one");
  await js.publish("s.x", "two");
  assert.deepEqual(textsOf(await sub.pull(10, 3_600_000)), ["one", "two"]);
  const waiting = sub.pull(2, 3_600_000);
  await js.publish("s.x", "three");
  await js.publish("s.x", "four");
  assert.deepEqual(textsOf(await waiting), ["three", "four"]);
});

jetStreamTest("pulls of one subscription follow each other", async ({ js }) => {
  await js.addStream(STREAM);
  for (let i = 0; i < 6; i++) await js.publish("s.x", String(i));
  const sub = await js.pullSubscribe("S", "", "C");
  const pulls = await Promise.all([sub.pull(2, 5000), sub.pull(2, 5000), sub.pull(2, 5000)]);
  assert.deepEqual(pulls.map(textsOf), [["0", "1"], ["2", "3"], ["4", "5"]]);
});

jetStreamTest("a subscription that a loop consumes can't be pulled beside it", async ({ js }) => {
  await js.addStream(STREAM);
  await js.publish("s.x", "one");
  const sub = await js.pullSubscribe("S", "", "C");
  const loop = sub.consume();
  assert.equal((await loop.next()).value?.text(), "one");
  await assert.rejects(sub.pull(1, 100), /is consumed by a loop already/);
  const waiting = loop.next();
  await loop.return?.();
  assert.deepEqual(await waiting, { done: true, value: undefined });
  assert.deepEqual(await sub.pull(1, 20), []);
});

jetStreamTest(
  "a stray message to the inbox of a pull is passed over, and costs no connection",
  async ({ connection, js }) => {
    await js.addStream(STREAM);
    const inbox = new Promise<string>((resolve) => {
      connection.subscribe("$JS.API.CONSUMER.MSG.NEXT.>", "", ({ reply }) => resolve(reply));
    });
    const sub = await js.pullSubscribe("S", "", "C");
    const pulled = sub.pull(1, 30_000);
    const prefix = (await inbox).replace(/[^.]+$/, "");
    connection.publish(`${prefix}x`, "stray");
    connection.publish(`${prefix}x`, "stray", { reply: "somewhere" });
    connection.publish(`${prefix}x`, "stray", { reply: "$JS.ACK.S.C.x.1.y.z.w" });
    await connection.flush();
    await js.publish("s.x", "one");
    assert.deepEqual(textsOf(await pulled), ["one"]);
    assert.equal(connection.stats().reconnects, 0);
  },
);

jetStreamTest(
  "stores are reached over the same prefix as everything else",
  async ({ connection, js }) => {
    const asked: string[] = [];
    // Stands where another account's export would.
    connection.subscribe("mine.API.>", "", async (message) => {
      const subject = message.subject.replace("mine.API", "$JS.API");
      asked.push(subject);
      message.respond((await connection.request(subject, message.data)).data);
    });
    const there = jetStream(connection, { apiPrefix: "mine.API" });
    await there.keyValue("settings");
    await there.objectStore("bundles");
    assert.ok(asked.includes("$JS.API.STREAM.CREATE.KV_settings"), asked.join(" "));
    assert.ok(asked.includes("$JS.API.STREAM.CREATE.OBJ_bundles"), asked.join(" "));
    assert.deepEqual((await js.getStreamNames()).toSorted(), ["KV_settings", "OBJ_bundles"]);
  },
);
