import assert from "node:assert/strict";
import { CASES, casesOf, COMPARISONS, PARTS } from "./cases.ts";

const names = (parts: string[]): string[] =>
  casesOf(new Set(parts)).flatMap((each) => each.subjects.map((subject) => subject.name));

Deno.test("casesOf leaves out subjects and cases that no part needs", () => {
  assert.deepEqual(names(["unix"]), ["TCP.open", "IPC.open", "Deno.connect unix"]);
  assert.deepEqual(names(["udp"]), ["UDP.open", "Deno.listenDatagram"]);
  assert.deepEqual(names([]), []);
});

Deno.test("a part measures what its comparisons need, in the same rounds", () => {
  for (const part of PARTS) {
    const comparisons = COMPARISONS.filter((each) => each.part === part);
    assert.ok(comparisons.length > 0, part);
    for (const { above, below } of comparisons) {
      const together = casesOf(new Set([part])).filter(({ subjects }) =>
        [above, below].every((name) => subjects.some((subject) => subject.name === name))
      );
      assert.equal(together.length, 1, `${above} and ${below}`);
    }
  }
});

Deno.test("subjects have names of their own", () => {
  const all = CASES.flatMap((each) => each.subjects.map((subject) => subject.name));
  assert.equal(new Set(all).size, all.length);
});
