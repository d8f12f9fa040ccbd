import assert from "node:assert/strict";
import { checkScript, ScriptError } from "./mod.ts";
import { scripts } from "./_scripts_for_tests.ts";

const config = `{ "imports": { "k6": "./k6.ts" } }`;

Deno.test("a type error is shown with its place", async () => {
  await using at = await scripts({
    "deno.json": config,
    "k6.ts": `export const check = (ok: boolean): boolean => ok;`,
    "good.ts": `import { check } from "k6";\nexport default (): boolean => check(true);`,
    "bad.ts": `import { check } from "k6";\nexport default (): boolean => check("yes");`,
  });
  await checkScript(at.path("good.ts"), { config: at.path("deno.json") });
  await assert.rejects(
    checkScript(at.path("bad.ts"), { config: at.path("deno.json") }),
    (error) => {
      assert.ok(error instanceof ScriptError);
      assert.equal(error.code, "script_types");
      assert.match(error.message, /^Type errors in .*bad\.ts\n/);
      assert.match(error.message, /'string' is not assignable to .*'boolean'/);
      assert.match(error.message, /bad\.ts:2:37/);
      assert.doesNotMatch(error.message, /Stack backtrace|--no-check|Type checking failed/);
      assert.ok(!error.message.includes("\x1b"));
      return true;
    },
  );
});
