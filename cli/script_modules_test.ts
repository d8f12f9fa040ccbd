import assert from "node:assert/strict";
import { MODULE_NAMES } from "./module_names.ts";
import { scriptModules } from "./script_modules.ts";
import config from "../deno.json" with { type: "json" };
import * as root from "@downpour/downpour";

Deno.test("the names that the bundler leaves alone are the modules that shards hand in", () => {
  assert.deepEqual(Object.keys(scriptModules).toSorted(), [...MODULE_NAMES].toSorted());
});

Deno.test("what a script imports by a name is what editors and `deno check` find under it", async () => {
  const exports: Record<string, string> = config.exports;
  const imports: Record<string, string> = config.imports;
  for (const name of MODULE_NAMES) {
    const path = name.startsWith("@")
      ? exports[name.replace("@downpour/downpour", ".")]
      : imports[name];
    assert(path, `${name} is not in deno.json`);
    const found = Object.keys(await import(`../${path}`)).filter((one) => one !== "run");
    const handed = scriptModules[name];
    const inScripts = typeof handed === "function" ? await handed() : handed;
    assert.deepEqual(Object.keys(inScripts).toSorted(), found.toSorted(), name);
  }
});

Deno.test("scripts see the root module without what starts runs", () => {
  const inScripts = Object.keys(scriptModules["@downpour/downpour"]!);
  assert.deepEqual(Object.keys(root).filter((name) => !inScripts.includes(name)), ["run"]);
});
