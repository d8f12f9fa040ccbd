import assert from "node:assert/strict";
import { encodeEvent, type ShardEvent } from "../../runner/remote/mod.ts";
import { cutMessage, encodeRecord } from "../wire/mod.ts";
import { seededRandom } from "../virtual_clock_for_tests.ts";
import { Inbox } from "./inbox.ts";

const answer = (id: number, value: unknown = null): ShardEvent => ({ kind: "answer", id, value });
const log = (text: string): ShardEvent => ({
  kind: "log",
  entry: { level: "info", text, source: "script" },
});

/** What a part says, as records of at most so many bytes. */
function recordsOf(events: readonly ShardEvent[], maxBytes = 1000): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (const event of events) {
    records.push(...cutMessage(encodeEvent(event), records.length + 1, maxBytes));
  }
  return records;
}

function bye(sequence: number, reason: string | null): Uint8Array {
  return encodeRecord({ kind: "bye", sequence, lost: 0, reason });
}

function inbox() {
  const heard: string[] = [];
  const box = new Inbox((event) => {
    heard.push(
      event.kind === "log" ? event.entry.text : `${event.kind} ${"id" in event ? event.id : ""}`,
    );
  }, (reason) => heard.push(`lost: ${reason}`));
  return { box, heard };
}

Deno.test("what a part says waits until something is asked of it", () => {
  const { box, heard } = inbox();
  for (const record of recordsOf([log("a"), answer(1), log("b"), answer(4)])) box.push(record);
  assert.deepEqual(heard, []);
  assert(box.waitingBytes > 0);
  box.ask(1, 101);
  assert.deepEqual(heard, ["a", "answer 101"]);
  box.ask(4, 102);
  assert.deepEqual(heard, ["a", "answer 101", "b", "answer 102"]);
  assert.equal(box.waitingBytes, 0);
});

Deno.test("an answer to another coordinator's call is told to nobody", () => {
  const { box, heard } = inbox();
  box.ask(4, 1);
  for (const record of recordsOf([log("a"), answer(2 ** 33 + 7), log("b"), answer(4)])) {
    box.push(record);
  }
  assert.deepEqual(heard, ["a", "b", "answer 1"]);
});

Deno.test("an answer that comes before its call is kept for it", () => {
  const { box, heard } = inbox();
  box.ask(4, 1);
  for (const record of recordsOf([answer(5), log("a")])) box.push(record);
  box.ask(5, 2);
  assert.deepEqual(heard, ["a", "answer 2"]);
});

Deno.test("what comes twice, late or out of order counts once", () => {
  const events = Array.from({ length: 30 }, (_, k) => log(`line ${k} ${"x".repeat(k)}`));
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed);
    const { box, heard } = inbox();
    box.ask(4, 1);
    const records = recordsOf(events, 20);
    const sent = [...records, ...records.filter(() => random() < 0.3)]
      .map((record) => ({ record, at: random() }))
      .sort((a, b) => a.at - b.at);
    for (const { record } of sent) box.push(record);
    assert.deepEqual(heard, events.map((event) => event.kind === "log" && event.entry.text));
    assert.equal(box.merged, records.length, `seed ${seed}`);
  }
});

Deno.test("a part that could not go on is lost behind all that it said, and within a call", () => {
  const { box, heard } = inbox();
  const records = recordsOf([answer(1), log("last words")]);
  for (const record of [...records, bye(records.length + 1, "it ran out of memory")]) {
    box.push(record);
  }
  box.ask(1, 1);
  assert.deepEqual(heard, ["answer 1"]);
  box.ask(4, 2);
  assert.deepEqual(heard, ["answer 1", "last words", "lost: it ran out of memory"]);
});

Deno.test("a goodbye is no loss", () => {
  const { box, heard } = inbox();
  box.ask(4, 1);
  box.push(bye(1, null));
  assert.deepEqual(heard, []);
  assert.equal(box.end?.sent, 1);
});

Deno.test("what is no record, no frame or no event is refused", () => {
  const cut = (bytes: Uint8Array) => cutMessage(bytes, 1, 1000)[0]!;
  const broken = [
    new Uint8Array([9, 9]),
    cut(new Uint8Array([0xff, 0xff, 0xff, 0xff, 1, 2])),
    cut(new Uint8Array([0, 0, 0, 3, 1, 0x7b, 0x7d])),
  ];
  for (const bytes of broken) {
    const { box } = inbox();
    box.ask(1, 1);
    assert.throws(() => box.push(bytes), /malformed|frame/);
  }
});
