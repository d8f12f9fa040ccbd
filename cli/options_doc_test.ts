import assert from "node:assert/strict";
import { VERSION } from "../internal/mod.ts";
import { type OptionInfo, optionTable } from "../runner/options/mod.ts";
import { variableOf } from "./environment.ts";
import { flagOf } from "./run_flags.ts";

const GUIDE = new URL("../docs/guides/runner.md", import.meta.url);

/** The cells of an option's row in the guide. */
function cells({ name, fallback, does, ignored }: OptionInfo): string[] {
  const flag = flagOf(name);
  return [
    `\`${name}\``,
    fallback === null ? "" : `\`${shown(fallback)}\``,
    does,
    flag === undefined ? "" : `\`${flag}\``,
    ignored ? "" : `\`${variableOf(name)}\``,
  ];
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replace(VERSION, "VERSION").replaceAll('"', "").replaceAll(",", ", ");
}

Deno.test("the guide's table has every option as the code has it", async () => {
  const guide = await Deno.readTextFile(GUIDE);
  const rows = guide.split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  for (const info of optionTable) {
    const row = rows.find(([name]) => name === `\`${info.name}\``);
    assert.deepEqual(row, cells(info), `docs/guides/runner.md: the row of ${info.name}`);
  }
});
