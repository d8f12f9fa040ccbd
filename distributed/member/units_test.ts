import assert from "node:assert/strict";
import { Random } from "../../internal/fuzz_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import type { ShardCommand, ShardStatus } from "../../runner/remote/mod.ts";
import { encodeMessage, RecordReader } from "../wire/mod.ts";
import { medianOfBest } from "./clock_sync.ts";
import { Intake } from "./intake.ts";
import { checkMember, type MemberOptions } from "./options.ts";
import { Spool } from "./spool.ts";
import { sumStatuses } from "./status.ts";
import { onThisMachine } from "./times.ts";

Deno.test("of many measurements the median of those with the least error counts", () => {
  const at = (offsetMs: number, errorMs: number) => ({ offsetMs, errorMs, epoch: 1 });
  const best = [at(10, 1), at(11, 1), at(12, 2), at(9, 2), at(30, 2)];
  assert.deepEqual(medianOfBest([at(99, 50), ...best, at(-80, 40)]), at(11, 1));
});

Deno.test("a spool gives each record its sequence, and keeps it until it is confirmed", () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  const random = new Random(seed);
  const spool = new Spool(1 << 20, 50);
  const reader = new RecordReader();
  const messages: Uint8Array[] = [];
  const got: Uint8Array[] = [];
  let next = 1;
  for (let n = 0; n < 500; n++) {
    const message = random.bytes(1 + random.below(200));
    messages.push(message);
    spool.add(message);
    while (next <= spool.last && !random.once(5)) {
      got.push(...reader.push(spool.get(next++)!));
    }
    spool.confirm(random.below(reader.merged + 1));
    assert.ok(spool.first <= reader.merged + 1, `seed ${seed}`);
  }
  while (next <= spool.last) got.push(...reader.push(spool.get(next++)!));
  assert.deepEqual(got, messages, `seed ${seed}`);
  spool.confirm(1e9);
  assert.equal(spool.bytes, 0);
  assert.equal(spool.first, spool.last + 1);
});

Deno.test("a spool has no room for samples first, then for lines, then for deltas", () => {
  const spool = new Spool(1000, 10_000);
  const room = () => (["samples", "log", "delta"] as const).filter((what) => spool.hasRoom(what));
  assert.deepEqual(room(), ["samples", "log", "delta"]);
  spool.add(new Uint8Array(450));
  assert.deepEqual(room(), ["log", "delta"]);
  spool.add(new Uint8Array(200));
  assert.deepEqual(room(), ["delta"]);
  spool.add(new Uint8Array(200));
  assert.deepEqual(room(), []);
  spool.confirm(3);
  assert.deepEqual(room(), ["samples", "log", "delta"]);
});

Deno.test("commands of an older epoch are refused, and every key is taken once", () => {
  const taken: string[] = [];
  const confirmed: number[] = [];
  const intake = new Intake({
    confirm: (sequence) => confirmed.push(sequence),
    take: ({ key }) => taken.push(key),
    close: () => taken.push("closed"),
  });
  const say = (epoch: number, key: string, sequence = 0) =>
    JSON.parse(new TextDecoder().decode(intake.answer(
      encodeMessage({ epoch, key, command: "{}", blob: null, confirmed: sequence }),
    )));
  assert.deepEqual(say(1, "load"), { taken: true, epoch: 1 });
  assert.deepEqual(say(1, "1.7"), { taken: true, epoch: 1 });
  assert.deepEqual(say(1, "1.7"), { taken: true, epoch: 1 });
  assert.deepEqual(say(2, "load", 5), { taken: true, epoch: 2 });
  assert.deepEqual(say(1, "start", 9), { taken: false, epoch: 2 });
  intake.fence(4);
  assert.deepEqual(say(3, "start"), { taken: false, epoch: 4 });
  assert.deepEqual(say(4, "confirm", 6), { taken: true, epoch: 4 });
  assert.deepEqual(say(4, "close", 7), { taken: true, epoch: 4 });
  assert.deepEqual(say(4, "close", 7), { taken: true, epoch: 4 });
  assert.deepEqual(taken, ["load", "1.7", "closed"]);
  assert.deepEqual(confirmed, [0, 0, 0, 5, 6, 7, 7]);
  assert.throws(() => intake.answer(Uint8Array.of(1)), { code: "message_malformed" });
});

const STATUS: ShardStatus = {
  counts: {
    planned: 7,
    started: 6,
    completed: 4,
    interrupted: 1,
    dropped: 1,
    thrown: 2,
    late: 3,
  },
  open: { started: 6, dropped: 1, waited: 2 },
  lateness: [[3, 2]],
  vus: { active: 1, peak: 2, existing: 3 },
  cpuMs: 10,
  loadCpuMs: 8,
  lag: [[1, 5]],
};

Deno.test("the totals of shards add up, also of those that are sums themselves", () => {
  const none = sumStatuses([]);
  assert.equal(none.counts.planned, 0);
  assert.equal(none.processes, 1);
  const sum = sumStatuses([STATUS, STATUS, { ...STATUS, processes: 3 }]);
  assert.equal(sum.processes, 5);
  assert.deepEqual(sum.counts, {
    planned: 21,
    started: 18,
    completed: 12,
    interrupted: 3,
    dropped: 3,
    thrown: 6,
    late: 9,
  });
  assert.deepEqual(sum.open, { started: 18, dropped: 3, waited: 6 });
  assert.deepEqual(sum.vus, { active: 3, peak: 6, existing: 9 });
  assert.deepEqual([sum.lateness, sum.lag], [[[3, 6]], [[1, 15]]]);
  assert.deepEqual([sum.cpuMs, sum.loadCpuMs], [30, 24]);
});

Deno.test("times of commands are turned into this machine's", () => {
  const start: ShardCommand = {
    id: 1,
    call: "start",
    args: { startAt: 500, sentAt: 1, data: "x", joinAt: null },
  };
  assert.deepEqual(onThisMachine(start, 60_000, 70_000).args, {
    startAt: 60_500,
    sentAt: 70_000,
    data: "x",
    joinAt: null,
  });
  const joining = { ...start, args: { ...start.args, joinAt: 800 } };
  assert.equal((onThisMachine(joining, -100, 0).args as typeof joining.args).joinAt, 700);
  const pause: ShardCommand = { id: 2, call: "control", args: { action: "pause", at: 7 } };
  assert.deepEqual(onThisMachine(pause, 10, 0).args, { action: "pause", at: 17 });
  const stop: ShardCommand = { id: 3, call: "stop", args: { now: true } };
  assert.equal(onThisMachine(stop, 10, 0), stop);
});

for (
  const [option, value] of [
    ["id", "a b"],
    ["id", ""],
    ["labels", { zone: "e u" }],
    ["labels", { "": "x" }],
    ["cores", 0],
    ["slots", 1.5],
    ["signers", ["x"]],
    ["spoolBytes", 10],
    ["spool", 10],
  ] as const
) {
  Deno.test(`an agent can't have ${option} ${JSON.stringify(value)}`, () => {
    const good = { id: "a", labels: {}, cores: 1, slots: 1, signers: [] };
    assert.throws(
      () => checkMember({ ...good, [option]: value } as unknown as MemberOptions),
      (error) => error instanceof OptionError && error.option === option,
    );
  });
}
