import assert from "node:assert/strict";
import { assertEach, results } from "../_results_for_tests.ts";
import { OptionError } from "../../internal/mod.ts";
import { AgentError } from "../errors.ts";
import { DOWN, fakeDeliverer, fastClock, LONG, TAKEN, withFolder } from "./_push_for_tests.ts";
import type { Deliverer } from "./deliver.ts";
import { createPusher, type PusherOptions, type ResultPusher } from "./mod.ts";

function pusherTo(
  deliverer: Deliverer,
  spoolFolder: string,
  more: Partial<PusherOptions> = {},
): ResultPusher {
  const parts = { clock: fastClock(), deliverer };
  return createPusher({ url: "http://h", job: "job", spoolFolder, parts, ...more });
}

const taken = ({ tries }: ReturnType<typeof fakeDeliverer>) =>
  tries.flatMap(({ results }) => results);

Deno.test("all results arrive in batches of 256, the last ones too", () =>
  withFolder(async (folder) => {
    const collector = fakeDeliverer(() => TAKEN);
    const pusher = pusherTo(collector, `${folder}/spool`);
    for (let n = 0; n < 1000; n += 100) await pusher.push(results(100, n));
    const counts = await pusher.finish(LONG);
    assert.deepEqual(collector.tries.map(({ results }) => results.length), [256, 256, 256, 232]);
    assertEach(taken(collector), 1000);
    assert.equal(new Set(collector.tries.map(({ key }) => key)).size, 4);
    assert.deepEqual(
      [counts.pushed, counts.collected, counts.dropped, counts.waiting],
      [1000, 1000, 0, 0],
    );
    await assert.rejects(Deno.stat(`${folder}/spool`), Deno.errors.NotFound);
  }));

Deno.test("a batch that is not whole goes out after a second", () =>
  withFolder(async (folder) => {
    const came = Promise.withResolvers<void>();
    const collector = fakeDeliverer(() => {
      came.resolve();
      return TAKEN;
    });
    const pusher = pusherTo(collector, folder);
    await pusher.push(results(3));
    await came.promise;
    assertEach(taken(collector), 3);
    assert.equal((await pusher.finish(LONG)).collected, 3);
  }));

Deno.test("fault 87: a collector down for the whole job and then back gets every result from the spool", () =>
  withFolder(async (folder) => {
    let up = false;
    const collector = fakeDeliverer(() => up ? TAKEN : DOWN);
    const pusher = pusherTo(collector, folder);
    for (let n = 0; n < 50_000; n += 1000) await pusher.push(results(1000, n));
    const during = pusher.counts();
    assert.deepEqual([during.pushed, during.collected, during.dropped], [50_000, 0, 0]);
    assert.ok(during.spooled > 0 && during.spooled < 50_000, `${during.spooled}`);
    assert.equal(pusher.trouble, "refused");
    const before = collector.tries.length;
    up = true;
    const counts = await pusher.finish(LONG);
    const arrived = collector.tries.slice(before);
    assertEach(arrived.flatMap(({ results }) => results), 50_000);
    const { collected, dropped, resent, waiting, spooled } = counts;
    assert.deepEqual([collected, dropped, resent, waiting, spooled], [50_000, 0, 0, 0, 0]);
    await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
  }));

Deno.test("fault 87: a full spool drops what comes and says how many", () =>
  withFolder(async (folder) => {
    const collector = fakeDeliverer(() => DOWN);
    const pusher = pusherTo(collector, folder, { maxSpoolBytes: 1024 * 1024 });
    for (let n = 0; n < 50_000; n += 1000) await pusher.push(results(1000, n));
    const { pushed, dropped, spooled, waiting } = pusher.counts();
    assert.equal(pushed, dropped + waiting);
    assert.ok(dropped > 0 && spooled > 0);
    const [drop] = pusher.drops();
    assert.deepEqual(drop, { why: "the spool is full at 1048576 bytes", results: dropped });
    let bytes = 0;
    for await (const { name } of Deno.readDir(folder)) {
      bytes += (await Deno.stat(`${folder}/${name}`)).size;
    }
    assert.ok(bytes <= 1024 * 1024, `${bytes}`);
    const end = await pusher.finish(0);
    assert.deepEqual([end.collected, end.dropped, end.waiting], [0, 50_000, 0]);
    assert.match(pusher.drops()[1]!.why, /did not take them within 0 ms of the end: refused/);
    await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
  }));

Deno.test("fault 87: after 500s the batches that failed are sent again, by their keys", () =>
  withFolder(async (folder) => {
    const seen = new Set<string>();
    const collector = fakeDeliverer(({ key }) => {
      if (seen.has(key)) return { kind: "taken", duplicates: 256 };
      seen.add(key);
      return { kind: "failed", why: "500", uncertain: true, afterMs: 0 };
    });
    const pusher = pusherTo(collector, folder);
    await pusher.push(results(256 * 3));
    const counts = await pusher.finish(LONG);
    assert.equal(seen.size, 3);
    const { collected, dropped, resent, duplicates } = counts;
    assert.deepEqual([collected, dropped, resent, duplicates], [768, 0, 768, 768]);
  }));

Deno.test("while a collector fails one batch alone knocks, ever more rarely", () =>
  withFolder(async (folder) => {
    let inFlight = 0;
    let most = 0;
    let failures = 0;
    const clock = fastClock();
    const deliverer = fakeDeliverer(async (_, number) => {
      most = failures > 0 ? Math.max(most, ++inFlight) : most;
      await Promise.resolve();
      inFlight = 0;
      if (number <= 12) failures++;
      else failures = 0;
      return number <= 12 ? DOWN : TAKEN;
    });
    const parts = { clock, deliverer };
    const pusher = createPusher({ url: "http://h", job: "j", spoolFolder: folder, parts });
    await pusher.push(results(256));
    await pusher.finish(LONG);
    assert.equal(most, 1);
    const waits = clock.waits.filter((ms) => ms !== LONG);
    assert.deepEqual(waits, [50, 100, 200, 400, 800, 1600, 2500, 2500, 2500, 2500, 2500, 2500]);
  }));

Deno.test("a collector that says when to come back is left alone until then", () =>
  withFolder(async (folder) => {
    const clock = fastClock();
    const deliverer = fakeDeliverer((_, number) =>
      number === 1 ? { ...DOWN, afterMs: 777 } : TAKEN
    );
    const parts = { clock, deliverer };
    const pusher = createPusher({ url: "http://h", job: "j", spoolFolder: folder, parts });
    await pusher.push(results(256));
    assert.equal((await pusher.finish(LONG)).collected, 256);
    assert.ok(clock.waits.includes(777), clock.waits.join());
  }));

Deno.test("a refused batch is dropped with its reason, the others arrive", () =>
  withFolder(async (folder) => {
    const why = "http://h/push/job answers 413: too long";
    const collector = fakeDeliverer((_, number) => number === 1 ? { kind: "refused", why } : TAKEN);
    const pusher = pusherTo(collector, folder);
    await pusher.push(results(600));
    const { collected, dropped, uncertain } = await pusher.finish(LONG);
    assert.deepEqual([collected, dropped, uncertain], [344, 256, 0]);
    assert.deepEqual(pusher.drops(), [{ why, results: 256 }]);
  }));

Deno.test("fault 87: a collector that never answers costs no more than the deadline", () =>
  withFolder(async (folder) => {
    const [busy, late] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const collector = fakeDeliverer(({ signal }, number) => {
      if (number === 4) busy.resolve();
      return new Promise((resolve) =>
        signal.addEventListener(
          "abort",
          () => resolve({ kind: "failed", why: "aborted", uncertain: true, afterMs: 0 }),
        )
      );
    });
    const clock = fastClock();
    const pusher = pusherTo(collector, folder, {
      parts: {
        clock: {
          ...clock,
          sleep: (ms, signal) => ms === 7 ? late.promise : clock.sleep(ms, signal),
        },
        deliverer: collector,
      },
    });
    await pusher.push(results(2000));
    const finishing = pusher.finish(7);
    await busy.promise;
    late.resolve();
    const counts = await finishing;
    const { collected, dropped, uncertain, waiting } = counts;
    assert.deepEqual([collected, dropped, waiting], [0, 2000, 0]);
    // Those on their way may have arrived: four batches.
    assert.equal(uncertain, 4 * 256);
  }));

Deno.test("fault 88: what a pusher that died left in its spool is sent, and half a file is not", () =>
  withFolder(async (folder) => {
    const dead = crypto.randomUUID();
    const bytes = JSON.stringify(results(256));
    await Deno.writeTextFile(`${folder}/${dead}.7.256.json`, bytes);
    await Deno.writeTextFile(`${folder}/${dead}.8.256.json.part`, bytes.slice(0, 1000));
    await Deno.writeTextFile(`${folder}/notes.txt`, "someone's");
    const collector = fakeDeliverer(() => TAKEN);
    const pusher = pusherTo(collector, folder);
    const counts = await pusher.finish(LONG);
    assert.deepEqual(collector.tries.map(({ key }) => key), [`${dead}:7`]);
    const { pushed, recovered, collected, resent } = counts;
    assert.deepEqual([pushed, recovered, collected, resent], [0, 256, 256, 256]);
    const left = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assert.deepEqual(left, ["notes.txt"]);
  }));

Deno.test("fault 86: where the spool can't be written, results are dropped and the reason is told", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const collector = fakeDeliverer(() => DOWN);
    const pusher = pusherTo(collector, `${folder}/file/spool`);
    await pusher.push(results(50_000));
    const { pushed, dropped, waiting } = pusher.counts();
    assert.equal(pushed, dropped + waiting);
    assert.ok(dropped > 0);
    const [{ why, results: lost } = { why: "", results: 0 }, ...more] = pusher.drops();
    assert.match(why, /can't (write|read) the spool .*file\/spool/);
    assert.deepEqual([lost, more], [dropped, []]);
    assert.equal((await pusher.finish(0)).dropped, 50_000);
  }));

Deno.test("options of a pusher that can't be used are named", () => {
  const good = { url: "http://h", job: "job", spoolFolder: "/tmp/x" };
  const table: [Record<string, unknown>, RegExp][] = [
    [{ url: "localhost:8082" }, /url is "localhost:8082"/],
    [{ url: "http://u:secret@h" }, /url is "http:\/\/\*\*\*@h"/],
    [{ spoolFolder: "" }, /spoolFolder/],
    [{ maxSpoolBytes: -1 }, /maxSpoolBytes is -1/],
    [{ requestMs: 0 }, /requestMs is 0/],
    [{ spoolfolder: "x" }, /no option spoolfolder: did you mean spoolFolder/],
  ];
  for (const [change, message] of table) {
    assert.throws(() => createPusher({ ...good, ...change }), (error) => {
      assert.ok(error instanceof OptionError);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.throws(() => createPusher({ ...good, job: "../x" }), AgentError);
});
