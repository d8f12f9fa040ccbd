import assert from "node:assert/strict";
import { connect } from "../connect.ts";
import type { Connection } from "../connection.ts";
import { NatsError } from "../errors.ts";
import { jetStreamTest, textsOf } from "./_jetstream_for_tests.ts";
import { JetStreamFailure } from "./failure.ts";
import { jetStream } from "./jetstream.ts";
import type { LedgerEntry } from "./ledger.ts";

const STREAM = { name: "S", subjects: "s.>", storage: "memory" } as const;

jetStreamTest("a message id is stored once", async ({ js, count }) => {
  await js.addStream(STREAM);
  const first = await js.publish("s.x", "one", { msgID: "a" });
  const second = await js.publish("s.x", "one", { msgID: "a" });
  assert.deepEqual([first.seq, first.duplicate], [1, false]);
  assert.deepEqual([second.seq, second.duplicate], [1, true]);
  assert.equal((await js.getStreamInfo("S")).state.messages, 1);
  assert.equal(count("nats_js_duplicates", { stream: "S" }), 1);
  assert.equal(js.ledger().duplicates, 1);
});

jetStreamTest("expectations are met or refused with a stable cause", async ({ js }) => {
  await js.addStream(STREAM);
  await js.publish("s.x", "one", { msgID: "a", expect: { streamName: "S", lastSequence: 0 } });
  await js.publish("s.x", "two", {
    msgID: "b",
    expect: { lastMsgID: "a", lastSubjectSequence: 1, lastSequence: 1 },
  });
  const cases = [
    [{ lastSequence: 0 }, "wrong_last_sequence"],
    [{ lastSubjectSequence: 0 }, "wrong_last_sequence"],
    [{ lastMsgID: "a" }, "wrong_last_msg_id"],
    [{ streamName: "T" }, "wrong_stream"],
  ] as const;
  for (const [expect, code] of cases) {
    await assert.rejects(js.publish("s.x", "three", { expect }), (error) => {
      assert.ok(error instanceof NatsError && error.errorCode === 1021, String(error));
      assert.ok(error.cause instanceof JetStreamFailure, String(error.cause));
      assert.equal(error.cause.code, code);
      return true;
    });
  }
});

jetStreamTest(
  "publish options that can't be used are refused before anything is sent",
  async ({ js }) => {
    const cases: [object, RegExp][] = [
      [{ msgId: "a" }, /no option msgId: did you mean msgID/],
      [{ msgID: "" }, /msgID must be a text that isn't empty/],
      [{ timeout: 0 }, /timeout must be over 0/],
      [{ retries: -1 }, /retries must be 0 to 100/],
      [{ expect: { lastSequence: -1 } }, /expect.lastSequence must be a whole number/],
      [{ expect: { seq: 1 } }, /no option seq/],
    ];
    for (const [options, message] of cases) {
      await assert.rejects(js.publish("s.x", "", options), (error) => {
        assert.ok(error instanceof NatsError && error.errorCode === 1003, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
    await assert.rejects(js.publish("s.x", "", { headers: { a: "b\r\nc" } }), { errorCode: 1009 });
    await assert.rejects(js.publish("s.x", "", { msgID: "a\r\nb" }), { errorCode: 1009 });
    await assert.rejects(js.publish("s.*", ""), { errorCode: 1009 });
    assert.equal(js.ledger().sent, 0);
  },
);

jetStreamTest(
  "publishAsync waits while maxInFlight messages are unacknowledged",
  async ({ js }) => {
    await js.addStream(STREAM);
    let most = 0;
    for (let i = 0; i < 200; i++) {
      await js.publishAsync("s.x", String(i));
      most = Math.max(most, js.publishAsyncPending());
    }
    assert.equal(most, 8);
    const { sent, acked, inFlight } = await js.publishAsyncComplete();
    assert.deepEqual([sent, acked, inFlight], [200, 200, 0]);
    const sub = await js.pullSubscribe("S", "", "C");
    const texts = textsOf(await sub.pull(200, 5000));
    assert.deepEqual(texts, Array.from({ length: 200 }, (_, i) => String(i)));
  },
  { jetStream: { maxInFlight: 8 } },
);

jetStreamTest("a future tells of its message, also when asked late", async ({ js }) => {
  await js.addStream({ ...STREAM, maxMsgs: 1, discard: "new" });
  const fits = await js.publishAsync("s.x", "one");
  const full = await js.publishAsync("s.x", "two");
  await js.publishAsyncComplete();
  assert.deepEqual(await fits.ack(), { stream: "S", seq: 1, duplicate: false });
  await assert.rejects(full.ack(), { errorCode: 1022 });
});

jetStreamTest(
  "no more than maxInFlight are unacknowledged, however many wait, and one that can't be sent stops none",
  async ({ js }) => {
    await js.addStream(STREAM);
    let most = 0;
    const publish = async (i: number) => {
      const wrong = i % 50 === 49;
      const published = js.publish(wrong ? "s.*" : "s.x", "");
      most = Math.max(most, js.publishAsyncPending());
      if (wrong) await assert.rejects(published, { errorCode: 1009 });
      else await published;
      most = Math.max(most, js.publishAsyncPending());
    };
    await Promise.all(Array.from({ length: 500 }, (_, i) => publish(i)));
    assert.equal(most, 8);
    assert.equal((await js.getStreamInfo("S")).state.messages, 490);
  },
  { jetStream: { maxInFlight: 8 } },
);

jetStreamTest(
  "all is complete when those that waited for room are acknowledged too",
  async ({ js }) => {
    await js.addStream(STREAM);
    for (let i = 0; i < 5; i++) void js.publishAsync("s.x", String(i));
    const { sent, acked, inFlight } = await js.publishAsyncComplete();
    assert.deepEqual([sent, acked, inFlight], [5, 5, 0]);
    const refused = js.publishAsync("s.x", "x".repeat(2 ** 21)).then((future) => future.ack());
    const wrong = js.publishAsync("s.*", "");
    await Promise.all([
      js.publishAsyncComplete(),
      assert.rejects(refused, { errorCode: 1022 }),
      assert.rejects(wrong, { errorCode: 1009 }),
    ]);
  },
  { jetStream: { maxInFlight: 1 } },
);

jetStreamTest(
  "a message whose subject's name can't be told is refused, and in nobody's books",
  async ({ js }) => {
    await js.addStream(STREAM);
    await assert.rejects(js.publish("s.x", "one"), { message: "thrown by subjectName" });
    const { sent, inFlight } = await js.publishAsyncComplete();
    assert.deepEqual([sent, inFlight], [0, 0]);
  },
  {
    connect: {
      subjectName(subject) {
        if (subject === "s.x") throw new Error("thrown by subjectName");
        return subject;
      },
    },
  },
);

jetStreamTest(
  "a drain waits for what waits for room",
  async ({ server, js }) => {
    await js.addStream(STREAM);
    await using other = await connect({ urls: server.url });
    const narrow = jetStream(other, { maxInFlight: 1 });
    const sent = Array.from({ length: 5 }, (_, i) => narrow.publish("s.x", String(i)));
    await other.drain();
    assert.deepEqual((await Promise.all(sent)).map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  },
);

jetStreamTest(
  "JetStreams of one connection share its inbox and books, whoever asked for them is told",
  async ({ server, js }) => {
    await js.addStream(STREAM);
    const connection = await connect({ urls: server.url });
    const counts = counting(connection);
    let told = 0;
    const onLedger = ({ sent }: LedgerEntry) => {
      told += sent;
      throw new Error("thrown by onLedger");
    };
    for (let i = 0; i < 5; i++) {
      const same = jetStream(connection, { onLedger });
      await same.publish("s.x", "");
      assert.equal(same.ledger().acked, i + 1);
    }
    assert.deepEqual([counts.dependents, counts.subscriptions, counts.closed], [1, 1, 1]);
    await connection.close();
    assert.equal(told, 5);
  },
);

jetStreamTest(
  "a subscription that was ended leaves nothing with its connection",
  async ({ connection, js }) => {
    await js.addStream(STREAM);
    const counts = counting(connection);
    for (let i = 0; i < 3; i++) {
      (await js.pullSubscribe("S")).unsubscribe();
      (await js.pushSubscribe("S", "", "", () => {})).unsubscribe();
    }
    assert.deepEqual([counts.dependents, counts.closed], [0, 0]);
  },
);

/** Counts what is left with a connection: whom it tells of its end, subscriptions, reactions. */
function counting(connection: Connection) {
  const counts = { dependents: 0, subscriptions: 0, closed: 0 };
  const { core } = connection;
  const [depend, subscribe] = [connection.depend.bind(connection), core.subscribe.bind(core)];
  const closed = core.closed.bind(core);
  connection.depend = (dependent) => {
    const stop = depend(dependent);
    counts.dependents++;
    return () => {
      counts.dependents--;
      stop();
    };
  };
  core.subscribe = (subject, options) => {
    counts.subscriptions++;
    return subscribe(subject, options);
  };
  core.closed = () => {
    counts.closed++;
    return closed();
  };
  return counts;
}
