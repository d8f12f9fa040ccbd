import assert from "node:assert/strict";
import { Command } from "commander";
import { agentOptions } from "./options.ts";

const GUIDE = await Deno.readTextFile(new URL("../../docs/guides/agent.md", import.meta.url));
const FOLDERS = [
  "agent",
  "agent/api",
  "agent/binary",
  "agent/collector",
  "agent/store",
  "cli/agent",
];

/** All test files of the agent as one text. */
async function allTests(): Promise<string> {
  const texts: string[] = [];
  for (const folder of FOLDERS) {
    const url = new URL(`../../${folder}/`, import.meta.url);
    for await (const { name } of Deno.readDir(url)) {
      if (name.endsWith("_test.ts")) texts.push(await Deno.readTextFile(new URL(name, url)));
    }
  }
  return texts.join("\n");
}

Deno.test("every test that the guide to agents names is there", async () => {
  const prose = GUIDE.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
  const named = [...prose.matchAll(/"([^"]{12,})"/g)]
    .map(([, name]) => name!.replace(/\s+/g, " "));
  assert.ok(named.length > 30, "they were found");
  const tests = await allTests();
  const missing = named.filter((name) => !tests.includes(`"${name}"`));
  assert.deepEqual(missing, []);
  for (let fault = 77; fault <= 90; fault++) {
    assert.match(GUIDE, new RegExp(`^\\| ${fault} +\\|`, "m"), `fault ${fault} has a row`);
  }
});

Deno.test("the guide to agents has every flag of the agent", () => {
  for (const { long } of agentOptions(new Command()).options) {
    if (["--version", "--quiet"].includes(long!)) continue;
    assert.match(GUIDE, new RegExp(`\`${long}[ \`]`), long!);
  }
});
