import { stripVTControlCharacters } from "node:util";
import { absolutePath } from "./_places.ts";
import { ScriptError } from "./errors.ts";

const MAX_LINES = 60;

/**
 * Type-checks a script by `deno check` (bundling and running never do). Needs permission to run
 * `deno`.
 *
 * @param path of the script, as the user typed it
 * @param options `config`: path of the `deno.json` whose import map resolves script modules;
 * without it, Deno looks for the script's own
 * @throws {ScriptError} `script_types` with the checker's messages, `script_bundle` when there is
 * no `deno` to run
 */
export async function checkScript(path: string, options: { config?: string } = {}): Promise<void> {
  const config = options.config === undefined ? [] : ["--config", options.config];
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("deno", {
      args: ["check", "--quiet", ...config, absolutePath(path)],
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
  } catch (error) {
    throw new ScriptError(
      "script_bundle",
      `Can't check the types of ${path}: deno did not start`,
      error,
    );
  }
  if (output.success) return;
  const text = stripVTControlCharacters(new TextDecoder().decode(output.stderr));
  throw new ScriptError("script_types", `Type errors in ${path}\n${tidy(text)}`);
}

/** The checker's messages without its last words and hints. */
function tidy(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) =>
    /^(?:error: |Found \d+ errors?\.)/.test(line) && !/^error: TS/.test(line)
  );
  const kept = (end > 0 ? lines.slice(0, end) : lines).filter((line) => !/^Check /.test(line));
  while (kept.at(-1)?.trim() === "") kept.pop();
  const more = kept.length - MAX_LINES;
  if (more > 0) kept.splice(MAX_LINES, more, `… and ${more} lines more`);
  return kept.join("\n");
}
