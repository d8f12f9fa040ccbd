import assert from "node:assert/strict";
import { join } from "node:path";
import { RecordError } from "../errors.ts";
import { fakeRecord } from "../record_for_tests.ts";
import { listRuns, numberBefore, readRun, runNumbers, saveRun } from "./mod.ts";

const RECORD = fakeRecord({ seconds: 2 });

/** Gives a test an empty folder of its own. */
async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function refusal(work: Promise<unknown>): Promise<RecordError> {
  const error = await work.then(() => null, (error: unknown) => error);
  assert.ok(error instanceof RecordError, String(error));
  return error;
}

Deno.test("runs count up from 1, in a folder that is made and kept out of version control", () =>
  inFolder(async (folder) => {
    const runs = join(folder, "a", "runs");
    assert.deepEqual(await saveRun(runs, RECORD), { number: 1, path: join(runs, "0001") });
    assert.equal((await saveRun(runs, RECORD)).number, 2);
    assert.equal(await Deno.readTextFile(join(runs, ".gitignore")), "*\n");
    const { label, record } = await readRun(runs, "2");
    assert.equal(label, "2");
    assert.deepEqual(record, JSON.parse(JSON.stringify(RECORD)));
  }));

Deno.test("of runs that end at once each gets a number of its own", () =>
  inFolder(async (folder) => {
    const saved = await Promise.all(Array.from({ length: 20 }, () => saveRun(folder, RECORD)));
    const numbers = saved.map(({ number }) => number).sort((a, b) => a - b);
    assert.deepEqual(numbers, Array.from({ length: 20 }, (_, i) => i + 1));
    for await (const run of listRuns(folder)) assert.equal(run.problem, null);
  }));

Deno.test("the oldest make room, and numbers go on", () =>
  inFolder(async (folder) => {
    for (let n = 0; n < 5; n++) await saveRun(folder, RECORD, { keep: 3 });
    assert.deepEqual(await runNumbers(folder), [3, 4, 5]);
    assert.equal((await saveRun(folder, RECORD, { keep: 0 })).number, 6);
    assert.deepEqual(await runNumbers(folder), [3, 4, 5, 6]);
    assert.equal(await numberBefore(folder, 6), 5);
    assert.equal(await numberBefore(folder, 3), null);
  }));

Deno.test("what a crash left half written is no run, and is removed after an hour", () =>
  inFolder(async (folder) => {
    const [old, fresh] = [join(folder, ".saving-old"), join(folder, ".saving-fresh")];
    for (const path of [old, fresh]) {
      await Deno.mkdir(path);
      await Deno.writeTextFile(join(path, "record.json"), '{"schema": "downpo');
    }
    const before = new Date(Date.now() - 2 * 3_600_000);
    await Deno.utime(old, before, before);
    assert.equal((await saveRun(folder, RECORD)).number, 1);
    assert.deepEqual(await runNumbers(folder), [1]);
    const left = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
    assert.deepEqual(left, [".saving-fresh", "0001"]);
  }));

Deno.test("a place that can't be written to is told, and nothing is left", () =>
  inFolder(async (folder) => {
    const file = join(folder, "runs");
    await Deno.writeTextFile(file, "");
    const error = await refusal(saveRun(file, RECORD));
    assert.equal(error.code, "record_unwritable");
    assert.ok(error.message.startsWith(`cannot keep the run in ${file}: `), error.message);
    assert.equal((await refusal(saveRun("/dev/full/runs", RECORD))).code, "record_unwritable");
  }));

Deno.test("a run is found by number, as last, and by path", () =>
  inFolder(async (folder) => {
    for (let n = 0; n < 3; n++) await saveRun(folder, { ...RECORD, name: `run ${n + 1}` });
    const names: [name: string, found: string][] = [
      ["1", "run 1"],
      ["0002", "run 2"],
      ["last", "run 3"],
      ["last~2", "run 1"],
      [join(folder, "0002"), "run 2"],
      [join(folder, "0001", "record.json"), "run 1"],
    ];
    for (const [name, found] of names) {
      assert.equal((await readRun(folder, name)).record.name, found, name);
    }
  }));

Deno.test("a run that is missing, damaged, newer or too large is an error that says so", () =>
  inFolder(async (folder) => {
    const code = async (name: string) => (await refusal(readRun(folder, name))).code;
    assert.equal(await code("last"), "record_missing");
    await saveRun(folder, RECORD);
    const missing = await refusal(readRun(folder, "9"));
    assert.equal(missing.message, `there is no run 9 in ${folder}, which has 1`);
    assert.equal(await code("last~1"), "record_missing");
    assert.equal(await code("nowhere.json"), "record_missing");
    const write = async (name: string, text: string) => {
      await Deno.writeTextFile(join(folder, name), text);
      return await code(join(folder, name));
    };
    assert.equal(await write("cut.json", JSON.stringify(RECORD).slice(0, -10)), "record_corrupt");
    assert.equal(await write("empty.json", ""), "record_corrupt");
    assert.equal(
      await write("new.json", JSON.stringify({ ...RECORD, version: 9 })),
      "record_future",
    );
    const large = join(folder, "large.json");
    await Deno.writeTextFile(large, "");
    await Deno.truncate(large, 300 * 2 ** 20);
    assert.equal(await code(large), "record_too_large");
    assert.equal(await code(join(folder, "0001", "..", "..")), "record_missing");
  }));

Deno.test("a list has the newest first, and a damaged run with what is wrong", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await Array.fromAsync(listRuns(join(folder, "none"))), []);
    for (let n = 0; n < 3; n++) await saveRun(folder, RECORD);
    await Deno.writeTextFile(join(folder, "0002", "record.json"), "{}");
    const runs = await Array.fromAsync(listRuns(folder));
    assert.deepEqual(runs.map(({ number }) => number), [3, 2, 1]);
    assert.match(runs[1]!.problem ?? "", /0002.record.json is no run of Downpour/);
    assert.equal((await Array.fromAsync(listRuns(folder, 1))).length, 1);
  }));
