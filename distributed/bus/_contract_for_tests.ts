/**
 * What every bus does, whatever it is made of.
 *
 * @module
 */
import assert from "node:assert/strict";
import { blobsContract, keysContract } from "./_contract_stores_for_tests.ts";
import { jobsContract, logContract } from "./_contract_streams_for_tests.ts";
import { bytesOf, textOf, waiter, type WorldTest } from "./_contract_world_for_tests.ts";

/** The tests. */
export function busContract(test: WorldTest): void {
  keysContract(test);
  blobsContract(test);
  logContract(test);
  jobsContract(test);
  liveContract(test);
  busItself(test);
}

function liveContract(test: WorldTest): void {
  test("what is sent comes to all who listen, in order, and to no others", async (world) => {
    const { live } = await world.bus("a");
    const other = (await world.bus("b")).live;
    const abort = new AbortController();
    const heard: string[] = [];
    const seen = waiter();
    const on = (bytes: Uint8Array, subject: string) => {
      heard.push(`${subject}=${textOf(bytes)}`);
      seen.wake();
    };
    await other.handle("beat.r.*", on, abort.signal);
    await other.handle("beat.s.*", () => assert.fail("not to them"), abort.signal);
    for (const part of [0, 1, 0]) live.send(`beat.r.${part}`, bytesOf("on"));
    live.send("beat.r.0.1", bytesOf("deeper"));
    await seen.until(() => heard.length === 3);
    assert.deepEqual(heard, ["beat.r.0=on", "beat.r.1=on", "beat.r.0=on"]);
    abort.abort();
    const later = waiter();
    const second = new AbortController();
    await other.handle("beat.>", later.wake, second.signal);
    live.send("beat.r.0", bytesOf("off"));
    await later.until(() => later.count === 1);
    assert.equal(heard.length, 3);
    second.abort();
  });

  test("a request is answered by who handles it, at once or later", async (world) => {
    const { live } = await world.bus("a");
    const other = (await world.bus("b")).live;
    const abort = new AbortController();
    await other.handle("clock.r", (bytes) => bytesOf(`${textOf(bytes)}!`), abort.signal);
    await other.handle("slow.r", async (bytes) => {
      await world.sleep(20);
      return bytes;
    }, abort.signal);
    const answers = await Promise.all([
      live.request("slow.r", bytesOf("slow"), 5000),
      live.request("clock.r", bytesOf("one"), 5000),
      live.request("clock.r", bytesOf("two"), 5000),
    ]);
    assert.deepEqual(answers.map(textOf), ["slow", "one!", "two!"]);
    abort.abort();
  });

  test("a request that nobody answers is missing", async (world) => {
    const { live } = await world.bus("a");
    const other = (await world.bus("b")).live;
    const abort = new AbortController();
    await assert.rejects(live.request("down.r.0", bytesOf("?"), 150), { code: "bus_missing" });
    const asked = waiter();
    await other.handle("down.r.0", asked.wake, abort.signal);
    await other.handle("down.r.1", () => Promise.reject(new Error("broken")), abort.signal);
    await assert.rejects(live.request("down.r.0", bytesOf("?"), 150), { code: "bus_missing" });
    await assert.rejects(live.request("down.r.1", bytesOf("?"), 150), { code: "bus_missing" });
    await asked.until(() => asked.count > 0);
    assert.equal(asked.count, 1);
    abort.abort();
  });

  test("who begins to listen in time answers a request that was sent before", async (world) => {
    const { live } = await world.bus("a");
    const other = (await world.bus("b")).live;
    const abort = new AbortController();
    const answer = live.request("down.r.0", bytesOf("early"), 5000);
    await world.sleep(30);
    await other.handle("down.r.0", (bytes) => bytes, abort.signal);
    assert.equal(textOf(await answer), "early");
    abort.abort();
  });
}

function busItself(test: WorldTest): void {
  test("what is too long, or no name, is refused", async (world) => {
    const bus = await world.bus("a");
    const refused = { code: "bus_refused" };
    const most = new Uint8Array(bus.maxBytes);
    const long = new Uint8Array(bus.maxBytes + 1);
    await bus.log.append("up", "most", most);
    await bus.keys.put("most", most);
    await bus.jobs.offer("jobs.x", "most", most);
    await assert.rejects(bus.log.append("up", "1", long), refused);
    await assert.rejects(bus.keys.put("key", long), refused);
    await assert.rejects(bus.keys.create("key", long), refused);
    await assert.rejects(bus.jobs.offer("jobs.x", "1", long), refused);
    assert.throws(() => bus.live.send("beat", long), refused);
    await assert.rejects(bus.live.request("beat", long, 100), refused);
    for (const name of ["", "a b", "a..b", "a.*", ">", "a\r\nPUB b", ".a", "a.", "ä"]) {
      await assert.rejects(bus.keys.put(name, most), refused, name);
      await assert.rejects(bus.log.append(name, "1", most), refused, name);
      await assert.rejects(bus.jobs.offer(name, "1", most), refused, name);
      assert.throws(() => bus.live.send(name, most), refused, name);
    }
    await assert.rejects(bus.log.read("up.>.x", () => {}, AbortSignal.abort()), refused);
  });

  test("a bus says that it is connected, and after its end that it is lost", async (world) => {
    const bus = await world.bus("a");
    const told: boolean[] = [];
    bus.onConnection((connected) => told.push(connected));
    bus.onConnection((connected) => assert(connected, "it was ended"))();
    assert.deepEqual(told, [true]);
    const never = new AbortController().signal;
    const open = [bus.log.read("up", () => {}, never), bus.jobs.take("jobs.x", never)];
    const ends = open.map((promise) => assert.rejects(promise, { code: "bus_lost" }));
    await world.sleep(20);
    await bus.close();
    await bus.close();
    await Promise.all(ends);
    assert.deepEqual(told, [true, false]);
    await assert.rejects(bus.keys.get("key"), { code: "bus_lost" });
    await assert.rejects(bus.log.append("up", "1", bytesOf("x")), { code: "bus_lost" });
    await assert.rejects(bus.live.request("clock", bytesOf("x"), 100), { code: "bus_lost" });
  });
}
