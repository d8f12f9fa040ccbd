import assert from "node:assert/strict";
import { connect } from "../connect.ts";
import { jetStreamTest } from "./_jetstream_for_tests.ts";
import { type JetStream, jetStream } from "./jetstream.ts";
import type { Reconciliation } from "./reconcile.ts";

const STREAM = { name: "S", subjects: ["s.*"], storage: "memory" } as const;

async function publish(js: JetStream, count: number, subject = "s.a"): Promise<void> {
  for (let i = 0; i < count; i++) await js.publish(subject, "");
}

/** The numbers of a result, and its ranges as text. */
function summary({ acked, missing, unchecked, ranges }: Reconciliation) {
  const list = ranges.map(({ first, last, where }) => `${where} ${first}-${last}`);
  return [acked, missing, unchecked, list];
}

// Fault 55.
jetStreamTest(
  "reconciling tells acknowledged messages that a stream no longer holds, and counts each once",
  async ({ js, count }) => {
    await js.addStream(STREAM);
    await publish(js, 10);
    assert.deepEqual(summary(await js.reconcile("S")), [10, 0, 0, []]);
    assert.equal(count("nats_js_missing"), 0);
    for (const seq of [4, 5, 8]) await js.deleteMessage("S", seq);
    const deleted = ["deleted 4-5", "deleted 8-8"];
    assert.deepEqual(summary(await js.reconcile("S")), [10, 3, 0, deleted]);
    assert.equal(count("nats_js_missing", { stream: "S" }), 3);
    await js.purgeStream("S", { seq: 3 });
    const purged = ["before 1-2", ...deleted];
    assert.deepEqual(summary(await js.reconcile("S")), [10, 5, 0, purged]);
    assert.equal(count("nats_js_missing", { stream: "S" }), 5);
    await js.purgeStream("S");
    assert.deepEqual(summary(await js.reconcile("S")), [10, 10, 0, ["before 1-10"]]);
  },
);

// Fault 55.
jetStreamTest(
  "messages of a stream that begins anew are missing, also those whose sequence went to others",
  async ({ js, count }) => {
    await js.addStream(STREAM);
    await publish(js, 5);
    await js.deleteStream("S");
    await assert.rejects(js.reconcile("S"), { errorCode: 1017 });
    await js.addStream(STREAM);
    assert.deepEqual(summary(await js.reconcile("S")), [5, 5, 0, ["after 1-5"]]);
    await publish(js, 2);
    assert.deepEqual(summary(await js.reconcile("S")), [7, 5, 0, ["after 3-5", "reused 1-2"]]);
    assert.equal(count("nats_js_missing"), 5);
  },
);

jetStreamTest(
  "what other connections publish and delete is not this one's, and a duplicate is stored once",
  async ({ server, js }) => {
    await js.addStream(STREAM);
    await using connection = await connect({ urls: server.url });
    const other = jetStream(connection);
    for (let i = 0; i < 4; i++) {
      await publish(other, 1, "s.other");
      await js.publish("s.a", "", { msgID: String(i) });
      await js.publish("s.a", "", { msgID: String(i) });
    }
    // The first acknowledgement of this one went to somebody else.
    await other.publish("s.a", "", { msgID: "other" });
    assert.equal((await js.publish("s.a", "", { msgID: "other" })).duplicate, true);
    await js.purgeStream("S", { filter: "s.other" });
    assert.deepEqual(summary(await js.reconcile("S")), [5, 0, 0, []]);
    const theirs = ["before 1-1", "deleted 3-3", "deleted 5-5", "deleted 7-7"];
    assert.deepEqual(summary(await other.reconcile("S")), [5, 4, 0, theirs]);
    await js.addStream({ name: "T", subjects: "t" });
    assert.deepEqual(summary(await js.reconcile("T")), [0, 0, 0, []]);
    await assert.rejects(js.reconcile(""), { errorCode: 1015 });
    await assert.rejects(js.reconcile("NONE"), { errorCode: 1017 });
  },
);

jetStreamTest(
  "what can't be remembered or compared is unchecked, not taken for there",
  async ({ connection, js }) => {
    let seq = 1;
    let stream = "S";
    connection.subscribe("fake", "", (message) => {
      message.respond(JSON.stringify({ stream, seq }));
      seq += 2 ** 40;
    });
    connection.subscribe("mine.API.STREAM.INFO.S", "", (message) => {
      const state = { first_seq: 1, last_seq: 2 ** 52, num_deleted: 1_000_001 };
      message.respond(JSON.stringify({ config: { name: "S" }, created: "", state }));
    });
    const there = jetStream(connection, { apiPrefix: "mine.API" });
    for (let i = 0; i < 3; i++) await js.publish("fake", "");
    assert.deepEqual(summary(await there.reconcile("S")), [3, 0, 3, []]);
    for (let i = 0; i < 102; i++) {
      stream = `T${i}`;
      await js.publish("fake", "");
    }
    await js.addStream({ name: "T100", subjects: "t" });
    assert.deepEqual(summary(await js.reconcile("T100")), [3, 0, 3, []]);
  },
);
