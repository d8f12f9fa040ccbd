import type { Imported, ImportOptions } from "../importing/mod.ts";
import { OutputError, writeWhole } from "./files.ts";
import { type Host, writeQuietly } from "./host.ts";
import type { ScriptMakingFlags } from "./import_options.ts";

/** Notes that are shown; all of them stand in the script. */
const MOST_NOTES = 20;

/** What flags say of the script, as options. */
export function makingOptions(
  { host, assets, thinkTime, keepSecrets }: ScriptMakingFlags,
): ImportOptions {
  return { hosts: host, assets, thinkTime, keepSecrets };
}

/** Writes a script that was made, and says what it needs and what it lacks. */
export async function writeScript(
  made: Imported,
  { output, force = false }: ScriptMakingFlags,
  host: Host,
): Promise<void> {
  if (output === undefined || output === "-") host.write("stdout", made.script);
  else await writeTo(output, made.script, force);
  for (const line of describe(made, output)) writeQuietly(host, `downpour: ${line}\n`);
}

/** Makes sure before the work that a file may be written. @throws {OutputError} */
export async function checkFree({ output, force = false }: ScriptMakingFlags): Promise<void> {
  if (output === undefined || output === "-" || force) return;
  const there = await Deno.lstat(output).then(() => true, () => false);
  if (there) {
    throw new OutputError(output, new Error("it is there already (--force overwrites it)"));
  }
}

async function writeTo(path: string, text: string, force: boolean): Promise<void> {
  if (force) return await writeWhole(path, text);
  try {
    await Deno.writeTextFile(path, text, { createNew: true });
  } catch (error) {
    const there = error instanceof Deno.errors.AlreadyExists;
    throw new OutputError(
      path,
      there ? new Error("it is there already (--force overwrites it)") : error,
    );
  }
}

function* describe(
  { kind, notes, needs, requests, language }: Imported,
  output: string | undefined,
): Generator<string> {
  const what = requests === null
    ? "moved"
    : `${requests} ${requests === 1 ? "request" : "requests"}`;
  yield `${what}${output === undefined || output === "-" ? "" : ` in ${output}`} (${kind})`;
  if (needs.length > 0) {
    yield `it needs ${needs.map((name) => `-e ${name}=…`).join(" ")}`;
  }
  if (notes.length > 0) yield `not taken over:`;
  for (const note of notes.slice(0, MOST_NOTES)) yield `  ${printable(note)}`;
  if (notes.length > MOST_NOTES) yield `  and ${notes.length - MOST_NOTES} more, in the script`;
  if (language === "js" && output !== undefined && /\.[cm]?tsx?$/.test(output)) {
    yield `it is JavaScript: as ${output.replace(/tsx?$/, "js")} its types are not checked`;
  }
}

/** Without what steers a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").slice(0, 200);
}
