import assert from "node:assert/strict";
import { ownModules } from "./own_modules.ts";

Deno.test("a shard may read the files of this package, and nothing beside them in its folder", () => {
  const own = ownModules(new URL("file:///opt/down%20pour/"))!;
  for (const name of ["http", "runner", "script.ts"]) {
    assert.ok(own.includes(`/opt/down pour/${name}`), name);
  }
  assert.ok(!own.some((path) => path === "/opt/down pour/" || path.includes(".downpour")));
});

Deno.test("a package from elsewhere, or in a folder that no flag can name, is loaded at the start", () => {
  assert.equal(ownModules(new URL("https://example.com/package/")), null);
  assert.equal(ownModules(new URL("file:///a,b/")), null);
});
