import assert from "node:assert/strict";
import { Command } from "commander";
import { poolRunOptions } from "./run_options.ts";

const ROOT = new URL("../../", import.meta.url);
const GUIDE = await Deno.readTextFile(new URL("docs/guides/distributed.md", ROOT));
const FOLDERS = ["cli/pool", "cli/agent", "distributed/run", "distributed/member"];

Deno.test("every test that the guide to many machines names is there", async () => {
  const rows = GUIDE.split("\n").filter((line) => line.startsWith("| "));
  const named = rows.flatMap((row) => /\| "([^"]+)" +\|$/.exec(row)?.[1] ?? []);
  assert(named.length >= 11, "they were found");
  let tests = "";
  for (const folder of FOLDERS) {
    const url = new URL(`${folder}/`, ROOT);
    for await (const { name } of Deno.readDir(url)) {
      if (name.endsWith("_test.ts")) tests += await Deno.readTextFile(new URL(name, url));
    }
  }
  assert.deepEqual(named.filter((name) => !tests.includes(`"${name}"`)), []);
});

Deno.test("the guide to many machines has every flag of a run on agents", () => {
  for (const { long } of poolRunOptions(new Command()).options) {
    assert.match(GUIDE, new RegExp(`\`${long}[ \`]`), long!);
  }
});
