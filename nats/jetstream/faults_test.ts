import assert from "node:assert/strict";
import { closeContext, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { until } from "../_faults_for_tests.ts";
import { connect } from "../connect.ts";
import { NatsError } from "../errors.ts";
import { jetStreamTest, textsOf } from "./_jetstream_for_tests.ts";
import { JetStreamFailure } from "./failure.ts";
import { jetStream } from "./jetstream.ts";
import { describeDoubts, type LedgerEntry } from "./ledger.ts";

const STREAM = { name: "S", subjects: "s.>", storage: "file" } as const;

// Fault 53.
jetStreamTest("nobody taking a message is a typed failure, at once", async ({ js, count }) => {
  await assert.rejects(js.publish("nobody.x", "one"), (error) => {
    assert.ok(error instanceof NatsError && error.errorCode === 1021, String(error));
    assert.equal(error.reason, "no_responders");
    assert.ok(error.cause instanceof NatsError && error.cause.errorCode === 1004);
    return true;
  });
  const { sent, failed } = js.ledger();
  assert.deepEqual([sent, failed], [1, 1]);
  assert.equal(count("nats_js_failed", { subject: "nobody.x" }), 1);
});

// Fault 53.
jetStreamTest(
  "a message that nobody takes yet is sent again until a stream is there",
  async ({ js, count }) => {
    const published = js.publish("s.x", "one", { retries: 50 });
    await js.addStream(STREAM);
    assert.equal((await published).seq, 1);
    assert.equal((await js.getStreamInfo("S")).state.messages, 1);
    assert.equal(count("nats_js_failed"), 0);
  },
);

// Fault 53.
jetStreamTest("late and repeated acknowledgements change nothing", async ({ connection, js }) => {
  const replies: string[] = [];
  connection.subscribe("fake.x", "", (message) => {
    replies.push(message.reply);
    message.respond('{"stream":"FAKE","seq":1}');
    message.respond('{"stream":"FAKE","seq":2}');
  });
  assert.deepEqual(await js.publish("fake.x", ""), { stream: "FAKE", seq: 1, duplicate: false });
  connection.publish(replies[0]!, '{"stream":"FAKE","seq":3}');
  connection.publish(replies[0]!.replace(/\d+$/, "999"), '{"stream":"FAKE","seq":4}');
  await connection.flush();
  const { sent, acked, inFlight } = js.ledger();
  assert.deepEqual([sent, acked, inFlight], [1, 1, 0]);
});

// Fault 55.
jetStreamTest(
  "a lost acknowledgement: the message is sent again and stored once",
  async ({ connection, js, count }) => {
    await js.addStream({ ...STREAM, subjects: "stored.>" });
    let lost = 0;
    // Stands before the stream and loses the first acknowledgement.
    connection.subscribe("s.x", "", async (message) => {
      const msgID = message.headers!.get("Nats-Msg-Id")!;
      const ack = await js.publish("stored.x", message.text(), { msgID });
      if (lost++ > 0) message.respond(ack);
    });
    const ack = await js.publish("s.x", "one", { msgID: "a", timeout: 100, retries: 100 });
    assert.deepEqual(ack, { stream: "S", seq: 1, duplicate: true });
    assert.equal((await js.getStreamInfo("S")).state.messages, 1);
    assert.ok(count("nats_js_retries", { subject: "s.x" }) >= 1);
  },
);

// Fault 55: what a new leader says of a message that the one before it had begun to store.
jetStreamTest(
  "a message that is being stored is sent again until it is, else it is in doubt",
  async ({ connection, js, count }) => {
    const answers: string[] = [];
    const inProcess = '{"error":{"code":409,"err_code":10158,"description":"in process"}}';
    connection.subscribe("s.x", "", (message) => void message.respond(answers.shift()!));
    answers.push(inProcess, inProcess, '{"stream":"S","seq":7,"duplicate":true}');
    const ack = await js.publish("s.x", "one", { msgID: "a", retries: 2 });
    assert.deepEqual(ack, { stream: "S", seq: 7, duplicate: true });
    answers.push(inProcess);
    await assert.rejects(js.publish("s.x", "two", { msgID: "b", retries: 0 }), (error) => {
      assert.ok(error instanceof NatsError && error.cause instanceof JetStreamFailure);
      assert.equal(error.cause.code, "duplicate_in_process");
      return true;
    });
    const { failed, inDoubt } = js.ledger();
    assert.deepEqual([failed, inDoubt, count("nats_js_retries")], [0, 1, 2]);
  },
);

// Fault 55.
jetStreamTest(
  "without a message id nothing is sent twice: it is in doubt, and listed",
  async ({ connection, js, count }) => {
    let times = 0;
    connection.subscribe("s.x", "", () => void times++);
    await assert.rejects(js.publish("s.x", "one", { timeout: 20 }), (error) => {
      assert.ok(error instanceof NatsError && error.errorCode === 1021, String(error));
      assert.ok(error.cause instanceof NatsError && error.cause.errorCode === 1006);
      return true;
    });
    await connection.flush();
    assert.equal(times, 1);
    const { sent, acked, failed, inDoubt, doubts } = js.ledger();
    assert.equal(sent, acked + failed + inDoubt);
    assert.deepEqual(doubts.map(({ number, subject }) => [number, subject]), [[1, "s.x"]]);
    assert.equal(count("nats_js_in_doubt", { subject: "s.x" }), 1);
  },
);

// Faults 44 and 55.
jetStreamTest(
  "a server killed under load: what was acknowledged is there, once",
  async ({ server, connection, js }) => {
    await js.addStream(STREAM);
    const acked = new Set<string>();
    let stop = false;
    let next = 0;
    const worker = async () => {
      while (!stop) {
        const msgID = String(next++);
        await js.publish("s.x", msgID, { msgID, retries: 20, timeout: 500 });
        acked.add(msgID);
      }
    };
    const workers = Array.from({ length: 16 }, worker);
    while (acked.size < 200) await js.getAccountInfo();
    await server.restart({ kill: true });
    const before = acked.size;
    while (acked.size < before + 200) await new Promise((resolve) => setTimeout(resolve, 5));
    stop = true;
    await Promise.all(workers);
    const ledger = js.ledger();
    assert.deepEqual([ledger.sent, ledger.acked], [next, next]);
    assert.equal(connection.stats().reconnects, 1);
    const found: string[] = [];
    for await (const message of js.ordered("S")) {
      found.push(message.text());
      if (message.info.pending === 0) break;
    }
    assert.equal(new Set(found).size, found.length, "a message is there twice");
    for (const msgID of acked) assert.ok(found.includes(msgID), `${msgID} is missing`);
  },
);

// Fault 54.
jetStreamTest("a pull outlives a restart of the server", async ({ server, js }) => {
  await js.addStream(STREAM);
  const sub = await js.pullSubscribe("S", "", "C");
  const pulled = sub.pull(2, 20_000);
  await server.restart();
  await js.publish("s.x", "one", { msgID: "1", retries: 20, timeout: 500 });
  await js.publish("s.x", "two", { msgID: "2", retries: 20, timeout: 500 });
  const messages = await pulled;
  assert.deepEqual(textsOf(messages), ["one", "two"]);
});

// Fault 54.
jetStreamTest("a message whose acknowledgement was lost comes once", async ({ js }) => {
  await js.addStream(STREAM);
  await js.addConsumer("S", { durable: "C", ackWait: 0.2 });
  await js.publish("s.x", "one");
  const sub = await js.pullSubscribe("S", "", "C");
  const [one] = await sub.pull(1, 5000);
  // The subscription knows that it is done, the server doesn't.
  assert.equal(one!.info.streamSequence, 1);
  const bytes = new Uint8Array(one!.data.buffer, 0, one!.data.byteOffset);
  const reply = bytes.lastIndexOf("$".charCodeAt(0));
  bytes[reply] = "x".charCodeAt(0);
  one!.ack();
  bytes[reply] = "$".charCodeAt(0);
  await js.publish("s.x", "two");
  const [two] = await sub.pull(1, 5000);
  assert.equal(two!.text(), "two");
  await two!.ackAck();
  while (sub.repeated === 0) assert.deepEqual(await sub.pull(1, 200), []);
  await until(
    "the server knows",
    async () => (await js.getConsumerInfo("S", "C")).num_ack_pending === 0,
  );
});

// Fault 54.
jetStreamTest("a loop ends with a typed error when its consumer is deleted", async ({ js }) => {
  await js.addStream(STREAM);
  const sub = await js.pullSubscribe("S", "", "C");
  const next = sub.consume().next();
  while ((await js.getConsumerInfo("S", "C")).num_waiting === 0);
  await Promise.all([
    assert.rejects(next, { errorCode: 1005 }),
    js.deleteConsumer("S", "C"),
  ]);
});

// Fault 56.
jetStreamTest(
  "a full stream refuses with a typed cause and nothing is in doubt",
  async ({ js }) => {
    await js.addStream({ ...STREAM, maxMsgs: 2, discard: "new" });
    for (let i = 0; i < 5; i++) await js.publishAsync("s.x", String(i));
    const { acked, failed, inDoubt } = await js.publishAsyncComplete();
    assert.deepEqual([acked, failed, inDoubt], [2, 3, 0]);
    await assert.rejects(js.publish("s.x", "more"), (error) => {
      assert.ok(error instanceof NatsError && error.cause instanceof JetStreamFailure);
      assert.equal(error.cause.code, "stream_full");
      return true;
    });
  },
);

// Fault 56.
jetStreamTest(
  "a server out of storage refuses with a typed cause, at once, until there is room again",
  async ({ js, count }) => {
    await js.addStream(STREAM);
    const isExhausted = (errorCode: number, errCode: number) => (error: unknown) => {
      assert.ok(error instanceof NatsError && error.errorCode === errorCode, String(error));
      assert.ok(error.cause instanceof JetStreamFailure, String(error));
      assert.deepEqual([error.cause.code, error.cause.errCode], ["resources_exhausted", errCode]);
      return true;
    };
    const publish = (msgID: string) =>
      js.publish("s.x", new Uint8Array(40_000), { msgID, retries: 100 });
    await publish("1");
    await publish("2");
    await publish("3"); // The server looks at what is stored before it.
    await assert.rejects(publish("4"), isExhausted(1021, 10023));
    const { sent, acked, failed, inDoubt } = js.ledger();
    assert.deepEqual([sent, acked, failed, inDoubt], [4, 3, 1, 0]);
    assert.equal(count("nats_js_retries"), 0);
    const large = { name: "T", subjects: "t", storage: "file", maxBytes: 1_000_000 } as const;
    await assert.rejects(js.addStream(large), isExhausted(1016, 10047));
    await js.purgeStream("S");
    assert.equal((await publish("4")).duplicate, false);
  },
  { server: { jetStream: { maxFileBytes: 100_000 } } },
);

jetStreamTest(
  "what a closed connection leaves unacknowledged is in doubt, and listed",
  async ({ server }) => {
    const connection = await connect({ urls: server.url });
    const ended = Promise.withResolvers<LedgerEntry>();
    const js = jetStream(connection, { onLedger: ended.resolve });
    connection.subscribe("s.x", "", () => {});
    const first = await js.publishAsync("s.x", "one", { msgID: "first" });
    await js.publishAsync("s.x", "two");
    await connection.close();
    await assert.rejects(first.ack(), { errorCode: 1022 });
    const entry = await ended.promise;
    const { sent, acked, failed, inDoubt, inFlight } = entry;
    assert.deepEqual([sent, acked, failed, inDoubt, inFlight], [2, 0, 0, 2, 0]);
    const lines = describeDoubts(entry)!.split("\n");
    assert.equal(lines[0], "2 of 2 JetStream messages are in doubt");
    assert.match(lines[1]!, /^ {2}#1 s\.x \(first\): .*connection is closed/);
    assert.match(lines[2]!, /^ {2}#2 s\.x: /);
  },
);

jetStreamTest(
  "what is in doubt when a virtual user ends is told, unless the script asked for the books",
  async ({ server }) => {
    for (const [onLedger, told] of [[undefined, 1], [() => {}, 0]] as const) {
      const warnings: string[] = [];
      const context = newContext(
        new Registry({ onWarning: ({ message }) => warnings.push(message) }),
      );
      await runInContext(context, async () => {
        const connection = await connect({ urls: server.url });
        const js = jetStream(connection, onLedger === undefined ? {} : { onLedger });
        // Takes it, and says nothing.
        const arrived = new Promise((resolve) => connection.subscribe("s.x", "", resolve));
        const flight = await js.publishAsync("s.x", "one");
        flight.ack().catch(() => {});
        await arrived;
      });
      await closeContext(context);
      assert.equal(warnings.length, told, warnings.join("\n"));
      if (told > 0) assert.match(warnings[0]!, /^1 of 1 .* in doubt\n {2}#1 s\.x/);
    }
  },
);
