import assert from "node:assert/strict";
import { PartWatch } from "./part_watch.ts";

/** What is told after each so long a silence. */
function told(watch: PartWatch, times: number, ms = 500): string[] {
  return Array.from({ length: times }, () => watch.passed(ms));
}

Deno.test("a part is silent after two and a half seconds, and lost when it is given up", () => {
  const watch = new PartWatch(5000);
  watch.heard();
  assert.deepEqual(told(watch, 10), [
    ...Array<string>(4).fill("heard"),
    ...Array<string>(5).fill("silent"),
    "lost",
  ]);
});

Deno.test("a part that is heard of again is silent no longer", () => {
  const watch = new PartWatch(5000);
  watch.heard();
  assert.equal(told(watch, 9).at(-1), "silent");
  watch.heard();
  assert.equal(told(watch, 4).at(-1), "heard");
});

Deno.test("a part that was never heard of has time to begin", () => {
  const watch = new PartWatch(2500);
  const states = told(watch, 30);
  assert.deepEqual([states[28], states[29]], ["heard", "lost"]);
});

Deno.test("a short patience is silence too", () => {
  const watch = new PartWatch(1000);
  watch.heard();
  assert.deepEqual(told(watch, 2), ["heard", "lost"]);
});
