import { isBuiltin } from "node:module";
import { basename } from "node:path";
import { nearest } from "../../internal/mod.ts";
import { bundleError } from "./_bundle_errors.ts";
import { importProblem, isRemote, listImports } from "./_imports.ts";
import { absolutePath, excerpt, FileNames, neighbours, placeOf, readText } from "./_places.ts";
import { runBundler } from "./_run_bundler.ts";
import { refuseRemoteImports } from "./_scan.ts";
import { ScriptError } from "./errors.ts";
import { SourcePositions } from "./source_positions.ts";
import type { ScriptBundle } from "./types.ts";

const MAP_COMMENT = "//# sourceMappingURL=data:application/json;base64,";
/** Left to us even where an import map could resolve them, so that unknown ones get our message. */
const OURS = ["k6", "k6/*", "@downpour/downpour", "@downpour/downpour/*"];
const LEFT_ALONE = ["node:*", "https:*", "http:*", "jsr:*"];

/**
 * Bundles a script with its local modules and `npm:` packages, which are resolved by the `deno.json`
 * or `package.json` nearest to it. Needs the `bundle` unstable flag and read permission for the
 * script's files; where the script's configuration is not that of this process, permission to read
 * everything and to run `deno`.
 *
 * @param path of the script, as the user typed it; a `file:` URL will do
 * @param externals specifiers of the script modules, which stay imports; so do `node:` builtins
 * @throws {ScriptError} `script_not_found`, `script_syntax`, `script_import` (also for remote
 * imports, which are refused), `script_bundle`; the message names file, line and column
 */
export async function bundleScript(
  path: string,
  externals: readonly string[],
): Promise<ScriptBundle> {
  const entry = absolutePath(path);
  await checkExists(entry, path);
  const names = new FileNames(entry, path);
  await refuseRemoteImports(entry, names);

  const external = [...externals, ...OURS, ...LEFT_ALONE];
  const { output, errors, base } = await runBundler(entry, path, external);
  const error = errors[0];
  if (error) throw await bundleError(error, names, externals, base);
  if (output === undefined) {
    throw new ScriptError("script_bundle", `Can't bundle ${path}: the bundler gave no output`);
  }
  const bundle = split(output, entry, base, names);
  await checkImports(bundle, names, externals);
  return bundle;
}

async function checkExists(entry: string, typed: string): Promise<void> {
  let isFile: boolean;
  try {
    isFile = (await Deno.stat(entry)).isFile;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new ScriptError("script_not_found", `Can't read script ${typed}`, error);
    }
    const near = nearest(basename(entry), await neighbours(entry));
    throw new ScriptError(
      "script_not_found",
      `Script not found: ${typed}` +
        (near === null ? "" : ` (did you mean ${typed.slice(0, -basename(entry).length)}${near}?)`),
    );
  }
  if (!isFile) throw new ScriptError("script_not_found", `Script is not a file: ${typed}`);
}

/** Takes the inline source map off; its paths are relative to where the bundler ran. @throws {ScriptError} for one that is remote */
function split(output: string, entry: string, base: string, names: FileNames): ScriptBundle {
  const at = output.lastIndexOf(MAP_COMMENT);
  if (at === -1) return { entry, code: output, map: "" };
  const base64 = output.slice(at + MAP_COMMENT.length).trimEnd();
  const map: { sources?: string[] } = JSON.parse(
    new TextDecoder().decode(Uint8Array.fromBase64(base64)),
  );
  const remote = map.sources?.map((source) => source.replace(/^deno:/, "")).find(isRemote);
  if (remote !== undefined) {
    throw new ScriptError("script_import", importProblem(remote, [], names.show(entry)));
  }
  map.sources = (map.sources ?? []).map((source) =>
    /^[a-z][a-z0-9+.-]+:/i.test(source) ? source : absolutePath(source, base)
  );
  return { entry, code: output.slice(0, at), map: JSON.stringify(map) };
}

async function checkImports(
  bundle: ScriptBundle,
  names: FileNames,
  externals: readonly string[],
): Promise<void> {
  for (const { specifier, offset } of await listImports(bundle.code)) {
    if (externals.includes(specifier)) continue;
    if (specifier.startsWith("node:") && isBuiltin(specifier)) continue;
    const { line, column } = placeOf(bundle.code, offset);
    const origin = new SourcePositions(bundle.map).find(line, column);
    const source = origin && await readText(origin.file);
    const where = origin ? names.at(origin.file, origin) : names.show(bundle.entry);
    throw new ScriptError(
      "script_import",
      importProblem(specifier, externals, where) +
        (origin && source ? excerpt(source, origin) : ""),
    );
  }
}
