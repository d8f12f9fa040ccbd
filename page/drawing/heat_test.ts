import assert from "node:assert/strict";
import { heatOf, joinHeat } from "./heat.ts";

Deno.test("columns are put together until there are few enough, and no count is lost", () => {
  const columns = Array.from({ length: 1001 }, (_, i) => i % 10 === 9 ? [] : [20 + i % 7, i + 1]);
  const total = (all: readonly (readonly number[])[]) =>
    heatOf(all) === null ? 0 : all.flatMap(
      (pairs) => pairs.filter((_, i) => i % 2 === 1),
    ).reduce((a, b) => a + b, 0);
  for (const most of [1, 2, 300, 600, 1000]) {
    const joined = joinHeat(columns, most);
    assert.ok(joined.length <= most, `${most}: ${joined.length}`);
    assert.equal(total(joined), total(columns));
    for (const pairs of joined) {
      const buckets = pairs.filter((_, i) => i % 2 === 0);
      assert.deepEqual(buckets, buckets.toSorted((a, b) => a - b));
      assert.equal(new Set(buckets).size, buckets.length);
    }
  }
  assert.equal(joinHeat(columns, 1001), columns, "few enough stay as they are");
});

Deno.test("of nothing there is no heatmap", () => {
  assert.equal(heatOf(joinHeat([[], []], 1)), null);
});
