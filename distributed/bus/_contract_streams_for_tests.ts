import assert from "node:assert/strict";
import { bytesOf, firstOf, textOf, type WorldTest } from "./_contract_world_for_tests.ts";
import type { TakenJob } from "./bus.ts";

/** What a log does. */
export function logContract(test: WorldTest): void {
  test("a log is read from its first record on, in order, with those to come", async (world) => {
    const { log } = await world.bus("a");
    const reader = (await world.bus("b")).log;
    for (let i = 0; i < 3; i++) await log.append("up.r.0", `r.0.${i}`, bytesOf(`${i}`));
    const read = firstOf(reader, "up.r.0", 300);
    // Not waited for one by one: they keep their order.
    await Promise.all(
      Array.from(
        { length: 297 },
        (_, i) => log.append("up.r.0", `r.0.${i + 3}`, bytesOf(`${i + 3}`)),
      ),
    );
    const records = await read;
    assert.deepEqual(records.map(({ bytes }) => Number(textOf(bytes))), [...Array(300).keys()]);
    for (const [i, { sequence }] of records.entries()) {
      if (i > 0) assert(sequence > records[i - 1]!.sequence);
    }
  });

  test("a record is appended once for its id", async (world) => {
    const { log } = await world.bus("a");
    for (const id of ["1", "1", "2", "1", "2", "3"]) await log.append("up", id, bytesOf(id));
    const records = await firstOf(log, "up", 3);
    assert.deepEqual(records.map(({ bytes }) => textOf(bytes)), ["1", "2", "3"]);
  });

  test("readers get what their subject means, each all of it", async (world) => {
    const { log } = await world.bus("a");
    for (const [i, subject] of ["up.r.0", "up.r.1", "up.s.0", "up.r.0"].entries()) {
      await log.append(subject, `${i}`, bytesOf(`${i}`));
    }
    const read = async (subject: string, count: number) =>
      (await firstOf(log, subject, count)).map(({ subject, bytes }) =>
        `${subject}=${textOf(bytes)}`
      );
    assert.deepEqual(
      await Promise.all([read("up.r.>", 3), read("up.r.0", 2), read("up.>", 4), read("up.s.0", 1)]),
      [
        ["up.r.0=0", "up.r.1=1", "up.r.0=3"],
        ["up.r.0=0", "up.r.0=3"],
        ["up.r.0=0", "up.r.1=1", "up.s.0=2", "up.r.0=3"],
        ["up.s.0=2"],
      ],
    );
  });

  test("a reader that is slow misses nothing, and one that fails says so", async (world) => {
    const { log } = await world.bus("a");
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => log.append("up", `${i}`, bytesOf(`${i}`))),
    );
    const seen: string[] = [];
    const abort = new AbortController();
    await log.read("up", async ({ bytes }) => {
      await world.sleep(1);
      seen.push(textOf(bytes));
      if (seen.length === 40) abort.abort();
    }, abort.signal);
    assert.deepEqual(seen, Array.from({ length: 40 }, (_, i) => `${i}`));
    await assert.rejects(
      log.read("up", () => Promise.reject(new Error("no more")), new AbortController().signal),
      /no more/,
    );
    await log.read("up", () => {}, AbortSignal.abort());
  });

  test("what is removed from a log isn't read, the rest is", async (world) => {
    const { log } = await world.bus("a");
    for (const subject of ["up.r.0", "up.s.0", "up.r.1"]) {
      await log.append(subject, subject, bytesOf(subject));
    }
    await log.remove("up.r.>");
    await log.append("up.r.0", "later", bytesOf("later"));
    const records = await firstOf(log, "up.>", 2);
    assert.deepEqual(records.map(({ bytes }) => textOf(bytes)), ["up.s.0", "later"]);
    await log.remove("up.r.0");
    await log.append("up.r.0", "last", bytesOf("last"));
    assert.equal(textOf((await firstOf(log, "up.r.0", 1))[0]?.bytes), "last");
  });
}

/** What jobs do. */
export function jobsContract(test: WorldTest): void {
  test("each job goes to one taker, and a taker waits for the next", async (world) => {
    const { jobs } = await world.bus("a");
    const other = (await world.bus("b")).jobs;
    const never = new AbortController().signal;
    const waiting = [jobs.take("jobs.x", never), other.take("jobs.x", never)];
    await jobs.offer("jobs.y", "1", bytesOf("not theirs"));
    await jobs.offer("jobs.x", "2", bytesOf("one"));
    await jobs.offer("jobs.x", "2", bytesOf("one"));
    await jobs.offer("jobs.x", "3", bytesOf("two"));
    const taken = await Promise.all(waiting);
    assert.deepEqual(taken.map((job) => textOf(job?.bytes)).sort(), ["one", "two"]);
    assert.deepEqual(taken.map((job) => job?.deliveries), [1, 1]);
    await Promise.all(taken.map((job) => job?.done()));
    const abort = new AbortController();
    const none = jobs.take("jobs.x", abort.signal);
    abort.abort();
    assert.equal(await none, null);
    assert.equal(textOf((await other.take("jobs.y", never))?.bytes), "not theirs");
  });

  test("a job whose taker says nothing goes to another", async (world) => {
    const { jobs } = await world.bus("a");
    const other = (await world.bus("b")).jobs;
    const never = new AbortController().signal;
    await jobs.offer("jobs.x", "1", bytesOf("job"));
    assert.equal((await jobs.take("jobs.x", never))?.deliveries, 1);
    const again = await other.take("jobs.x", never);
    assert.deepEqual([textOf(again?.bytes), again?.deliveries], ["job", 2]);
    await again?.done();
  });

  test("a job that is worked on, done or refused doesn't come again", async (world) => {
    const { jobs } = await world.bus("a");
    const never = new AbortController().signal;
    for (const id of ["1", "2", "3"]) await jobs.offer("jobs.x", id, bytesOf(id));
    const taken: TakenJob[] = [];
    for (let i = 0; i < 3; i++) taken.push((await jobs.take("jobs.x", never))!);
    await taken[0]!.done();
    await taken[1]!.refuse("no such shard");
    for (let i = 0; i < 6; i++) {
      taken[2]!.working();
      await world.sleep(world.ackWaitMs / 4);
    }
    await jobs.offer("jobs.x", "4", bytesOf("4"));
    const next = await jobs.take("jobs.x", never);
    assert.deepEqual([textOf(next?.bytes), next?.deliveries], ["4", 1]);
    await taken[2]!.done();
    await next!.done();
    await next!.done();
  });

  test("jobs that nobody has taken are removed", async (world) => {
    const { jobs } = await world.bus("a");
    await jobs.offer("jobs.x", "1", bytesOf("old"));
    await jobs.offer("jobs.y", "2", bytesOf("other"));
    await jobs.remove("jobs.x");
    await jobs.offer("jobs.x", "3", bytesOf("new"));
    const never = new AbortController().signal;
    assert.equal(textOf((await jobs.take("jobs.x", never))?.bytes), "new");
    assert.equal(textOf((await jobs.take("jobs.y", never))?.bytes), "other");
    await jobs.remove("jobs.never");
  });
}
