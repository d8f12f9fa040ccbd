import assert from "node:assert/strict";
import { hasProgram } from "../internal/programs_for_tests.ts";
import { COMMAND_NAMES } from "./commands.ts";
import { completedCommands, completionOf } from "./completion.ts";
import { inFolder } from "./_folders_for_tests.ts";
import { ended, writeFiles } from "./_commands_for_tests.ts";

/** What bash offers for the last of the words. */
async function offered(folder: string, words: readonly string[]): Promise<string[]> {
  const script = `source ./c.bash; COMP_WORDS=(downpour "$@"); COMP_CWORD=$#; _downpour
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await ended("bash", ["-c", script, "bash", ...words], folder);
  assert.equal(stderr, "");
  return stdout.split("\n").filter((word) => word !== "");
}

Deno.test("bash completes commands, options, values and files", async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { "c.bash": completionOf("bash"), "load.ts": "", "a b.json": "" });
    const cases: [words: string[], offered: string[]][] = [
      [[""], COMMAND_NAMES],
      [["ins"], ["inspect"]],
      [["--rat"], ["--rate"]],
      [["run", "--http"], ["--http-debug"]],
      [["run", "--http-debug", ""], ["headers", "full"]],
      [["run", "--http-debug", "="], ["headers", "full"]],
      [["run", "--http-debug", "=", "f"], ["full"]],
      [["run", "load.ts", "--summary-time-unit", "m"], ["ms"]],
      [["run", "load.ts", "--summary-mode", ""], ["compact", "full", "disabled"]],
      [["run", "load.ts", "--summary-export", "a"], ["a b.json"]],
      [["run", "lo"], ["load.ts"]],
      [["run", "load.ts", "-c", "a"], ["a b.json"]],
      [["run", "-o", "js"], ["json"]],
      [["archive", "-o", "lo"], ["load.ts"]],
      [["run", "--vus", ""], []],
      [["-X", "P"], ["POST", "PUT", "PATCH"]],
      [["completion", ""], ["bash", "zsh", "fish"]],
      [["target", ""], []],
      [["check", "--allow-n"], ["--allow-net"]],
    ];
    for (const [words, expected] of cases) {
      assert.deepEqual(await offered(folder, words), expected, words.join(" "));
    }
  });
});

Deno.test("every option of every command is in each shell's script", () => {
  const scripts = ["bash", "zsh", "fish"].map(completionOf);
  for (const { name, options } of completedCommands()) {
    for (const { long } of options) {
      assert.ok(scripts[0]!.includes(long), `bash: ${name} ${long}`);
      assert.ok(scripts[1]!.includes(`*${long}`), `zsh: ${name} ${long}`);
      assert.ok(scripts[2]!.includes(`-l ${long.slice(2)} `), `fish: ${name} ${long}`);
    }
  }
});

Deno.test("an unknown shell is named, with the nearest", () => {
  assert.throws(() => completionOf("fihs"), /no completion for 'fihs' \(did you mean fish\?\)/);
  assert.throws(() => completionOf("powershell"), /there are bash, zsh, fish/);
});

for (const shell of ["zsh", "fish"]) {
  const there = await hasProgram(shell);
  Deno.test({
    name: `${shell} takes its script${there ? "" : ` (needs ${shell})`}`,
    ignore: !there,
    fn: async () => {
      await inFolder(async (folder) => {
        await writeFiles(folder, { script: completionOf(shell) });
        const { code, stderr } = await ended("bash", ["-c", `${shell} -n script`], folder);
        assert.deepEqual([code, stderr], [0, ""]);
      });
    },
  });
}
