import { dirname, extname, resolve } from "node:path";
import { excerpt, type FileNames, placeOf, readText } from "./_places.ts";
import { importProblem, isRemote, listImports } from "./_imports.ts";
import { ScriptError } from "./errors.ts";

const MAX_FILES = 5000;
const LOCAL = /\b(?:from|import)\s*\(?\s*(["'])((?:\.{1,2}\/|\/|file:)[^"'\n]+)\1/g;
const CODE = new Set([".ts", ".mts", ".tsx", ".js", ".mjs", ".jsx"]);

/**
 * Refuses remote imports in a script and its local modules before the bundler sees them: it would
 * fetch them, whatever it was told to leave alone. Following local imports may find too many
 * files, never too few; what is refused is found by lexing, so text in comments does no harm.
 */
export async function refuseRemoteImports(entry: string, names: FileNames): Promise<void> {
  const files = new Set([entry]);
  for (const file of files) {
    const text = await readText(file);
    if (text === undefined) continue;
    if (/["'`](?:https?|jsr):/i.test(text)) await refuseIn(file, text, names);
    for (const [, , specifier] of text.matchAll(LOCAL)) {
      const target = localPath(specifier!, file);
      if (target !== null && CODE.has(extname(target)) && files.size < MAX_FILES) {
        files.add(target);
      }
    }
  }
}

async function refuseIn(file: string, text: string, names: FileNames): Promise<void> {
  for (const { specifier, specifierOffset, typeOnly } of await listImports(text)) {
    if (typeOnly || !isRemote(specifier)) continue;
    const place = placeOf(text, specifierOffset);
    const problem = importProblem(specifier, [], names.at(file, place));
    throw new ScriptError("script_import", problem + excerpt(text, place));
  }
}

function localPath(specifier: string, importer: string): string | null {
  if (!specifier.startsWith("file:")) return resolve(dirname(importer), specifier);
  try {
    return decodeURIComponent(new URL(specifier).pathname);
  } catch {
    return null;
  }
}
