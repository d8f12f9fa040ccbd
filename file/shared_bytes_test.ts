import assert from "node:assert/strict";
import { SharedBytes } from "./_shared_bytes.ts";

function reader(size: number) {
  const counted = { reads: 0 };
  const read = () => {
    counted.reads++;
    return Promise.resolve(new Uint8Array(size));
  };
  return { counted, read };
}

Deno.test("who asks while a file is being read gets the same bytes", async () => {
  const shared = new SharedBytes({ file: 100, total: 100 });
  const { counted, read } = reader(10);
  const ask = () => shared.get("x", { stamp: "1", size: 10 }, read);
  const [a, b] = await Promise.all([ask(), ask()]);
  assert.equal(a, b);
  assert.equal(await ask(), a);
  assert.deepEqual([counted.reads, shared.total], [1, 10]);
});

Deno.test("what was not used for longest goes when there is too much", async () => {
  const shared = new SharedBytes({ file: 50, total: 100 });
  const files = new Map(["a", "b", "c"].map((name) => [name, reader(40)]));
  const use = (name: string) => shared.get(name, { stamp: "1", size: 40 }, files.get(name)!.read);
  for (const name of ["a", "b", "a", "c", "a", "b"]) await use(name);
  const reads = [...files.values()].map(({ counted }) => counted.reads);
  assert.deepEqual(reads, [1, 2, 1], "b was put out for c");
  assert.equal(shared.total, 80);
});

Deno.test("another version takes the place of the last", async () => {
  const shared = new SharedBytes({ file: 100, total: 100 });
  await shared.get("x", { stamp: "1", size: 60 }, reader(60).read);
  const bytes = await shared.get("x", { stamp: "2", size: 70 }, reader(70).read);
  assert.deepEqual([bytes.length, shared.total], [70, 70]);
});

Deno.test("a failed read and one of a file that changes meanwhile are not kept", async () => {
  const shared = new SharedBytes({ file: 100, total: 100 });
  const failing = () => Promise.reject(new Error("bad sector"));
  await assert.rejects(shared.get("x", { stamp: "1", size: 9 }, failing), /bad sector/);
  assert.equal((await shared.get("x", { stamp: "1", size: 9 }, reader(8).read)).length, 8);
  assert.equal(shared.total, 0);
});

Deno.test("large files are not taken", () => {
  const shared = new SharedBytes({ file: 100, total: 1000 });
  assert.deepEqual([100, 101].map((size) => shared.takes(size)), [true, false]);
});
