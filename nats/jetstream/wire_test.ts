import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { parseAckSubject, streamSequence } from "./ack_subject.ts";
import { describeDoubts, Ledger } from "./ledger.ts";
import { PubAckReader } from "./pub_ack.ts";
import { verdictOf } from "./pull_verdict.ts";
import { Seen } from "./seen.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a reply subject tells of the delivery, with and without domain", () => {
  const common = {
    stream: "S",
    consumer: "C",
    deliveryCount: 2,
    streamSequence: 30,
    deliverySequence: 4,
    timestampNanos: 1700000000123456789n,
    pending: 5,
  };
  const tail = "S.C.2.30.4.1700000000123456789.5";
  assert.deepEqual(parseAckSubject(`$JS.ACK.${tail}`), { domain: "", ...common });
  assert.deepEqual(parseAckSubject(`$JS.ACK._.hash.${tail}`), { domain: "", ...common });
  assert.deepEqual(parseAckSubject(`$JS.ACK.hub.hash.${tail}.rnd`), { domain: "hub", ...common });
});

Deno.test("what is no reply subject of JetStream is null", () => {
  const cases = [
    ...["", "_INBOX.a.b", "$JS.ACK.", "$JS.ACK.S.C.1.2.3.4", "$JS.ACK.S.C.x.2.3.4.5"],
    ...["$JS.ACK.S.C.1.-2.3.4.5", "$JS.ACK.S.C.1.2.3.4.5.6", "$JS.ACK.S.C.1.2.3.4."],
    `$JS.ACK.S.C.${"9".repeat(40)}.2.3.4.5`,
  ];
  for (const reply of cases) assert.equal(parseAckSubject(reply), null, reply);
});

Deno.test("the stream sequence alone is what the whole reply subject tells", () => {
  const tail = "S.C.2.30.4.1700000000123456789.5";
  for (const before of ["$JS.ACK.", "$JS.ACK._.hash.", "$JS.ACK.hub.hash."]) {
    for (const reply of [`${before}${tail}`, `${before}${tail}.rnd`]) {
      const expected = parseAckSubject(reply)?.streamSequence ?? -1;
      assert.equal(streamSequence(bytes(reply)), expected, reply);
    }
  }
  const none = [
    ...["", "_INBOX.a.b", "$JS.ACK.", "$JS.ACK.S.C.1.2.3.4", "$JS.ACK.S.C.1.x.3.4.5"],
    ...["$JS.ACK.S.C.1..3.4.5", "$JS.ACK.S.C.1.2.3.4.5.6", `$JS.ACK.S.C.1.${"9".repeat(16)}.3.4.5`],
  ];
  for (const reply of none) assert.equal(streamSequence(bytes(reply)), -1, reply);
});

Deno.test("acknowledgements are read alike before and after the reader has learnt their form", () => {
  const reader = new PubAckReader();
  for (const seq of [1, 2, 10, 99, 1_000_000, 9_007_199_254_740_991]) {
    const answer = reader.read(bytes(`{"stream":"S", "seq":${seq}}`));
    assert.deepEqual(answer, { ack: { stream: "S", seq, duplicate: false } });
  }
  const within = bytes('before{"stream":"S", "seq":77}after');
  assert.deepEqual(reader.read(within, 6, within.length - 5), {
    ack: { stream: "S", seq: 77, duplicate: false },
  });
  assert.deepEqual(reader.read(bytes('{"stream":"S", "seq":7,"duplicate": true}')), {
    ack: { stream: "S", seq: 7, duplicate: true },
  });
  assert.deepEqual(reader.read(bytes('{"stream":"T", "domain":"hub", "seq":8}')), {
    ack: { stream: "T", seq: 8, duplicate: false, domain: "hub" },
  });
  assert.deepEqual(reader.read(bytes('{"stream":"T","seq":9}')), {
    ack: { stream: "T", seq: 9, duplicate: false },
  });
});

Deno.test("a refusal is read, whatever it lacks", () => {
  const reader = new PubAckReader();
  const full = '{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"}}';
  assert.deepEqual(reader.read(bytes(full)), {
    failure: { code: 503, errCode: 10077, description: "maximum messages exceeded" },
  });
  assert.deepEqual(reader.read(bytes('{"error":{}}')), {
    failure: { code: 0, errCode: 0, description: "no description" },
  });
});

Deno.test("what is no answer is null, also after the form is known", () => {
  const reader = new PubAckReader();
  reader.read(bytes('{"stream":"S", "seq":1}'));
  const cases = [
    ...["", "{", "null", "7", '"text"', "[]", "{}", '{"stream":"S"}', '{"stream":"","seq":1}'],
    ...['{"stream":"S", "seq":}', '{"stream":"S", "seq":-1}', '{"stream":"S", "seq":1.5}'],
    ...['{"stream":"S", "seq":1a}', '{"stream":7,"seq":1}', '{"stream":"S", "seq":"1"}'],
    `{"stream":"S", "seq":${"9".repeat(400)}}`,
  ];
  for (const text of cases) assert.equal(reader.read(bytes(text)), null, text);
  for (let i = 0; i < 2000; i++) {
    const noise = randomBytes(i % 40);
    const answer = reader.read(noise);
    assert.equal(answer, null, noise.toString("hex"));
  }
});

Deno.test("the ledger adds up at any moment and lists at most a thousand in doubt", () => {
  const ledger = new Ledger();
  for (let i = 1; i <= 3000; i++) {
    assert.equal(ledger.send(), i);
    const kind = i % 3;
    if (kind === 0) ledger.ack({ stream: "S", seq: i, duplicate: i % 2 === 0 });
    else if (kind === 1) ledger.fail();
    else {ledger.doubt({
        number: i,
        subject: "s",
        msgID: `m${i}`,
        sentAt: 0,
        reason: "timeout",
      });}
    const { sent, acked, failed, inDoubt, inFlight } = ledger.entry();
    assert.equal(sent, acked + failed + inDoubt + inFlight);
  }
  const entry = ledger.entry();
  assert.deepEqual([entry.acked, entry.failed, entry.inDoubt, entry.inFlight], [
    1000,
    1000,
    1000,
    0,
  ]);
  assert.equal(entry.duplicates, 500);
  ledger.send();
  ledger.doubt({ number: 3001, subject: "s", msgID: undefined, sentAt: 0, reason: "timeout" });
  assert.equal(ledger.entry().doubts.length, 1000);
  assert.equal(
    describeDoubts(ledger.entry(), 1),
    "1001 of 3001 JetStream messages are in doubt\n  #2 s (m2): timeout\n  and 1000 more",
  );
  assert.equal(describeDoubts(new Ledger().entry()), null);
});

Deno.test("acknowledged sequences are remembered in fixed memory", () => {
  const seen = new Seen();
  assert.equal(seen.has(5), false);
  seen.add(5);
  assert.equal(seen.has(5), true);
  assert.equal(seen.has(5 + 65_536), false);
  seen.add(5 + 65_536);
  assert.equal(seen.has(5), false);
});

Deno.test("every status of a pull request has a verdict", () => {
  const consumer = { stream: "S", consumer: "C", subject: "s", acknowledged: true };
  const cases: [number, string, string, number?][] = [
    [100, "idle heartbeat", "alive"],
    [404, "no messages", "over"],
    [408, "request timeout", "over"],
    [409, "batch completed", "over"],
    [409, "leadership change", "again"],
    [409, "server shutdown", "again"],
    [503, "", "unknown"],
    [409, "consumer deleted", "failed", 1005],
    [409, "stream deleted", "failed", 1004],
    [409, "exceeded maxrequestbatch of 5", "failed", 1032],
    [409, "consumer is push based", "failed", 1032],
    [400, "bad request", "failed", 1032],
    [777, "", "failed", 1032],
  ];
  for (const [code, description, means, errorCode] of cases) {
    const verdict = verdictOf({ code, description, undelivered: NaN }, consumer);
    assert.equal(verdict.means, means, `${code} ${description}`);
    if (verdict.means !== "failed") continue;
    assert.equal("errorCode" in verdict.error && verdict.error.errorCode, errorCode);
  }
});
