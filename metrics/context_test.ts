import assert from "node:assert/strict";
import { currentContext, newContext, runInContext } from "./context.ts";
import { Registry } from "./registry.ts";

Deno.test("a context holds across awaits, and contexts that run at once don't mix", async () => {
  const contexts = [1, 2, 3].map(() => newContext(new Registry()));
  const seen = await Promise.all(contexts.map((context) =>
    runInContext(context, async () => {
      await Promise.resolve();
      await new Promise<void>((done) => queueMicrotask(done));
      return currentContext();
    })
  ));
  assert.ok(seen.every((context, i) => context === contexts[i]));
});

Deno.test("a context inside a context ends with its function", () => {
  const [outer, inner] = [newContext(new Registry()), newContext(new Registry())];
  runInContext(outer, () => {
    runInContext(inner, () => assert.equal(currentContext(), inner));
    assert.equal(currentContext(), outer);
  });
});

Deno.test("outside of a run there is one context for the whole process", () => {
  assert.equal(currentContext(), currentContext());
  assert.equal(currentContext().group, "");
});

Deno.test("a new context starts at the root with the recorder's tags or the given ones", () => {
  const registry = new Registry();
  const tags = registry.tags.with("scenario", "a");
  assert.equal(newContext(registry).tags, registry.tags);
  const context = newContext(registry, tags);
  assert.deepEqual([context.tags, context.group], [tags, ""]);
  context.io.take(() => assert.fail("nothing was counted yet"));
  assert.equal(context.locals.size, 0);
});
