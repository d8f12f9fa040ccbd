import assert from "node:assert/strict";
import { namesIn, withFolder } from "../_folders_for_tests.ts";
import { AgentError } from "../errors.ts";
import { openJournal, readJournal } from "./journal.ts";

const nothing = () => {};
const code = (expected: string) => (error: unknown) =>
  error instanceof AgentError && error.code === expected;

Deno.test("a journal gives back what was appended, in order", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const journal = await openJournal<unknown>(path, () => []);
    const applied: number[] = [];
    await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        journal.append({ i, text: "ü\n" }, () => applied.push(i))),
    );
    await journal.close();
    const { records, damaged } = await readJournal(path);
    assert.equal(damaged, 0);
    assert.deepEqual(records, Array.from({ length: 500 }, (_, i) => ({ i, text: "ü\n" })));
    assert.deepEqual(
      applied,
      Array.from({ length: 500 }, (_, i) =>
        i),
    );
  }));

Deno.test("a journal that is cut anywhere gives the records before the cut", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const journal = await openJournal<unknown>(path, () => []);
    for (let i = 0; i < 4; i++) await journal.append({ i }, nothing);
    await journal.close();
    const whole = await Deno.readFile(path);
    const lines = new TextDecoder().decode(whole).split("\n");
    for (let length = 0; length <= whole.length; length++) {
      await Deno.writeFile(path, whole.subarray(0, length));
      const { records, damaged } = await readJournal(path);
      const complete = new TextDecoder().decode(whole.subarray(0, length)).split("\n").length - 1;
      assert.equal(damaged, 0, String(length));
      assert.deepEqual(records, lines.slice(0, complete).map((_, i) => ({ i })), String(length));
    }
  }));

Deno.test("a broken record in the middle of a journal is counted, the others are read", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const journal = await openJournal<unknown>(path, () => []);
    for (let i = 0; i < 3; i++) await journal.append({ i }, nothing);
    await journal.close();
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace('{"i":1}', '{"i":7}'));
    assert.deepEqual(await readJournal(path), { records: [{ i: 0 }, { i: 2 }], damaged: 1 });
  }));

Deno.test("a journal begins with the snapshot, in place of what was there", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const first = await openJournal<unknown>(path, () => [1, 2, 3]);
    await first.append(4, nothing);
    await first.close();
    const second = await openJournal<unknown>(path, () => ["all"]);
    await second.append("more", nothing);
    await second.close();
    assert.deepEqual((await readJournal(path)).records, ["all", "more"]);
    assert.deepEqual(await namesIn(folder), ["log"]);
  }));

Deno.test("a journal is rewritten from its snapshot once it has grown", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    let state = 0;
    const journal = await openJournal<number>(path, () => [state]);
    for (let round = 0; round < 5; round++) {
      const all = Array.from({ length: 5000 }, (_, i) => round * 5000 + i);
      await Promise.all(all.map((i) => journal.append(i, () => state = i)));
    }
    await journal.close();
    const { records } = await readJournal(path);
    assert.equal(records.at(-1), 24_999);
    assert.ok(records.length < 20_000, String(records.length));
  }));

Deno.test("a record that can't be written is not applied, and the journal goes on afterwards", () =>
  withFolder(async (folder) => {
    const path = `${folder}/own/log`;
    await Deno.mkdir(`${folder}/own`);
    const kept: number[] = [];
    const journal = await openJournal<number>(path, () => kept);
    await journal.append(1, () => kept.push(1));
    // full_disk_test.ts has a disk that is full.
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    await assert.rejects(
      journal.append(cyclic as unknown as number, () => kept.push(2)),
      code("store_write_failed"),
    );
    await journal.append(3, () => kept.push(3));
    await journal.close();
    assert.deepEqual(kept, [1, 3]);
    assert.deepEqual((await readJournal(path)).records, [1, 3]);
  }));

Deno.test("records go to no log that was replaced, also where the folder can't be synced after it", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    const kept: number[] = [];
    let failing = false;
    const journal = await openJournal<number>(path, () => kept.slice(-1), () => {
      if (failing) return Promise.reject(new Error("no sync"));
      return Promise.resolve();
    });
    const append = (i: number) => journal.append(i, () => kept.push(i));
    await Promise.all(Array.from({ length: 20_001 }, (_, i) => append(i)));
    failing = true;
    await assert.rejects(append(20_001), code("store_write_failed"));
    await assert.rejects(append(20_002), code("store_write_failed"));
    failing = false;
    await append(20_003);
    await journal.close();
    assert.deepEqual((await readJournal(path)).records, [20_000, 20_003]);
    assert.deepEqual(kept.slice(-2), [20_000, 20_003]);
  }));

Deno.test("a log that can't be rewritten goes on", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    let last = -1;
    const journal = await openJournal<number>(path, () => [last]);
    const append = (i: number) => journal.append(i, () => last = i);
    await Promise.all(Array.from({ length: 20_001 }, (_, i) => append(i)));
    await Deno.mkdir(`${path}.new/taken`, { recursive: true });
    await append(20_001);
    await journal.close();
    const { records } = await readJournal(path);
    assert.deepEqual([records.length, records.at(-1)], [20_003, 20_001]);
  }));
