import assert from "node:assert/strict";
import { currentContext, newContext, Registry, runInContext } from "../../metrics/mod.ts";
import { group } from "./mod.ts";

/** How often the group of this full name was timed. */
function timed(registry: Registry, full: string): number {
  const trend = registry.select("group_duration", { group: full });
  return trend?.type === "trend" ? trend.histogram.count : 0;
}

Deno.test("group names and tags what runs in it, nested ones with the full name", () => {
  const registry = new Registry();
  const context = newContext(registry, registry.tags.with("scenario", "s"));
  runInContext(context, () => {
    const result = group("a", () => {
      assert.equal(currentContext().group, "::a");
      return group("b", () => {
        const inner = currentContext();
        assert.equal(inner.group, "::a::b");
        assert.equal(inner.tags, registry.tags.withAll({ scenario: "s", group: "::a::b" }));
        assert.equal(inner.io, context.io);
        assert.equal(inner.locals, context.locals);
        assert.equal(inner.owned, context.owned);
        return 7;
      });
    });
    assert.equal(result, 7);
    assert.equal(currentContext(), context);
  });
  assert.deepEqual([timed(registry, "::a"), timed(registry, "::a::b")], [1, 1]);
});

Deno.test("an async group is current across its awaits and timed to its end", async () => {
  const registry = new Registry();
  const gate = Promise.withResolvers<void>();
  const running = runInContext(newContext(registry), () =>
    group("slow", async () => {
      await gate.promise;
      return currentContext().group;
    }));
  assert.equal(timed(registry, "::slow"), 0);
  gate.resolve();
  assert.equal(await running, "::slow");
  assert.equal(timed(registry, "::slow"), 1);
});

Deno.test("groups that throw are timed and throw on", async () => {
  const registry = new Registry();
  await runInContext(newContext(registry), async () => {
    assert.throws(() =>
      group("sync", () => {
        throw new RangeError("x");
      }), RangeError);
    await assert.rejects(group("async", () => Promise.reject(new RangeError("y"))), RangeError);
  });
  assert.deepEqual([timed(registry, "::sync"), timed(registry, "::async")], [1, 1]);
});

Deno.test("group refuses unusable names and what is not a function", () => {
  for (const name of ["", "a::b", 5]) {
    assert.throws(() => group(name as string, () => 1), { code: "option_invalid" });
  }
  assert.throws(() => group("a", 5 as unknown as () => number), {
    message: 'group "a" needs a function: 5',
  });
});
