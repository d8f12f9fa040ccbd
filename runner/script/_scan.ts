import { dirname, extname, resolve } from "node:path";
import { excerpt, type FileNames, placeOf, readText } from "./_places.ts";
import { importMapOf, type ResolveBare } from "./_import_map.ts";
import { importProblem, isRemote, isScriptModuleName, listImports } from "./_imports.ts";
import { ScriptError } from "./errors.ts";

const MAX_FILES = 5000;
const IMPORT = /\b(?:from|import)\s*\(?\s*(["'`])([^"'`\n]+)\1/g;
const CODE = new Set([".ts", ".mts", ".tsx", ".js", ".mjs", ".jsx"]);

/**
 * Refuses remote imports in a script and its local modules before the bundler sees them: it would
 * fetch them, whatever it was told to leave alone. Names are followed by the import map of the
 * script. Following imports may find too many files; what is refused is found by lexing, so text in
 * comments does no harm. What an import map hides from this, its scopes, is refused once it is bundled.
 */
export async function refuseRemoteImports(entry: string, names: FileNames): Promise<void> {
  const resolveBare = await importMapOf(dirname(entry));
  const files = new Set([entry]);
  for (const file of files) {
    const text = await readText(file);
    if (text === undefined) continue;
    let suspect = false;
    for (const [, , specifier] of text.matchAll(IMPORT)) {
      const target = targetOf(specifier!, file, resolveBare);
      if (target === null) continue;
      if (isRemote(target)) suspect = true;
      else if (CODE.has(extname(target)) && files.size < MAX_FILES) files.add(target);
    }
    if (suspect || /["'`](?:https?|jsr):/i.test(text)) {
      await refuseIn(file, text, names, resolveBare);
    }
  }
}

async function refuseIn(
  file: string,
  text: string,
  names: FileNames,
  resolveBare: ResolveBare,
): Promise<void> {
  for (const { specifier, specifierOffset, typeOnly } of await listImports(text)) {
    const target = targetOf(specifier, file, resolveBare);
    if (typeOnly || target === null || !isRemote(target)) continue;
    const place = placeOf(text, specifierOffset);
    const problem = importProblem(target, [], names.at(file, place));
    throw new ScriptError("script_import", problem + excerpt(text, place));
  }
}

/** Where an import leads: to a file, to something remote, or to what is neither, null. */
function targetOf(specifier: string, importer: string, resolveBare: ResolveBare): string | null {
  if (isRemote(specifier)) return specifier;
  if (/^(?:\.{0,2}\/|file:)/.test(specifier)) return localPath(specifier, importer);
  return isScriptModuleName(specifier) ? null : resolveBare(specifier);
}

function localPath(specifier: string, importer: string): string | null {
  if (!specifier.startsWith("file:")) return resolve(dirname(importer), specifier);
  try {
    return decodeURIComponent(new URL(specifier).pathname);
  } catch {
    return null;
  }
}
