import { basename, dirname, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { nearest } from "../../internal/mod.ts";
import { importProblem, listImports } from "./_imports.ts";
import {
  absolutePath,
  excerpt,
  type FileNames,
  neighbours,
  type Place,
  placeOf,
  readText,
} from "./_places.ts";
import { ScriptError } from "./errors.ts";

/** What the bundler says of a problem. */
export interface BundlerMessage {
  readonly text: string;
  readonly location?:
    | { readonly file: string; readonly line: number; readonly column: number }
    | null;
}

/** Turns what the bundler says into an error for the script's author; its relative paths start at `base`. */
export async function bundleError(
  message: BundlerMessage,
  names: FileNames,
  known: readonly string[],
  base: string,
): Promise<ScriptError> {
  const text = stripVTControlCharacters(message.text);
  const at = /\n\s+at (file:\/\/\S+):(\d+):(\d+)\s*$/.exec(text);
  const file = at
    ? absolutePath(at[1]!)
    : message.location
    ? absolutePath(message.location.file, base)
    : null;
  const source = file === null ? undefined : await readText(file);
  const place = at
    ? { line: Number(at[2]), column: Number(at[3]) }
    : exactPlace(message.location ?? null);
  const first = text.split("\n", 1)[0]!;

  const missing = /^Module not found "(.+?)"/.exec(first)?.[1] ??
    /^Cannot read file: (.+)$/.exec(first)?.[1];
  if (missing !== undefined && file !== null) {
    return await missingModule(absolutePath(missing, base), file, source, place, names);
  }
  const unresolved = /^Could not resolve "(.+?)"/.exec(first)?.[1] ??
    /^Import "(.+?)" not a dependency/.exec(first)?.[1];
  if (unresolved !== undefined && file !== null) {
    return await importError(
      (where) =>
        first.includes("package.json")
          ? `Can't resolve import "${unresolved}" in ${where}: package.json names it, but it is ` +
            `not installed (run "deno install" there)`
          : importProblem(unresolved, known, where),
      (found) => found === unresolved || found === `npm:${unresolved}`,
      file,
      source,
      names,
    );
  }
  const name = /^No matching export in "(.+)" for import "(.+)"$/.exec(first);
  if (name && file !== null) {
    const from = absolutePath(name[1]!, base);
    return await importError(
      (where) => `${names.show(from)} has no export named ${name[2]}, imported in ${where}`,
      (specifier) => resolvesTo(specifier, file, from),
      file,
      source,
      names,
    );
  }
  const specifier = /^Import '(.+?)' failed/.exec(first)?.[1] ??
    /^Could not find constraint '(.+?)'/.exec(first)?.[1];
  if (specifier !== undefined && file !== null) {
    const problem = (where: string) => `Can't load import ${JSON.stringify(specifier)} in ${where}`;
    return await importError(problem, (found) => found === specifier, file, source, names);
  }
  if (file === null) return new ScriptError("script_bundle", `Can't bundle the script: ${first}`);
  return new ScriptError(
    "script_syntax",
    `${first.replace(/^SyntaxError: /, "Syntax error: ")} in ${names.at(file, place)}` +
      (place && source !== undefined ? excerpt(source, place) : ""),
  );
}

/** The bundler sees TypeScript with its types taken out: its places hold only for other files. */
function exactPlace(location: BundlerMessage["location"] & object | null): Place | null {
  if (location === null || /\.[cm]?tsx?$|\.jsx$/.test(location.file)) return null;
  return { line: location.line, column: location.column + 1 };
}

async function importError(
  problem: (where: string) => string,
  matches: (specifier: string) => boolean,
  file: string,
  source: string | undefined,
  names: FileNames,
): Promise<ScriptError> {
  const place = source === undefined ? null : await findImport(source, matches);
  return new ScriptError(
    "script_import",
    problem(names.at(file, place)) +
      (place && source !== undefined ? excerpt(source, place) : ""),
  );
}

async function missingModule(
  path: string,
  file: string,
  source: string | undefined,
  said: Place | null,
  names: FileNames,
): Promise<ScriptError> {
  const place = source === undefined
    ? said
    : await findImport(source, (specifier) => resolvesTo(specifier, file, path)) ?? said;
  const near = nearest(basename(path), await neighbours(path));
  const from = relative(dirname(file), path);
  const written = from.startsWith(".") ? from : `./${from}`;
  return new ScriptError(
    "script_import",
    `Can't resolve import ${JSON.stringify(written)} in ${names.at(file, place)}: no such file` +
      (near === null ? "" : ` (did you mean ${written.slice(0, -basename(path).length)}${near}?)`) +
      (place && source !== undefined ? excerpt(source, place) : ""),
  );
}

function resolvesTo(specifier: string, importer: string, path: string): boolean {
  return URL.parse(specifier, new URL(`file://${importer}`))?.pathname === path;
}

async function findImport(
  source: string,
  matches: (specifier: string) => boolean,
): Promise<Place | null> {
  const found = (await listImports(source)).find((site) => matches(site.specifier));
  return found ? placeOf(source, found.specifierOffset) : null;
}
