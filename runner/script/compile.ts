import { isBuiltin } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { nearest } from "../../internal/mod.ts";
import { importProblem } from "./_imports.ts";
import { placeOf } from "./_places.ts";
import { describeStack } from "./stack.ts";
import { ScriptError } from "./errors.ts";
import { SourcePositions } from "./source_positions.ts";
import type { CompiledScript, ScriptBundle, ScriptExports, ScriptModules } from "./types.ts";
import { wrapModule } from "./wrap.ts";

type ModuleExports = Readonly<Record<string, unknown>>;

/** Tells the bundles compiled in this process apart in stack traces. */
let compiled = 0;

/**
 * Makes a bundle ready to be instantiated: it is compiled once, its imports are resolved once, and
 * each instance is one call that shares the compiled code.
 *
 * @param modules what script modules export, by specifier; `node:` builtins are loaded from the runtime
 * @throws {ScriptError} `script_import` when an import or an imported name is not there,
 * `script_syntax` when the bundle does not compile
 */
export async function compileScript(
  bundle: ScriptBundle,
  modules: ScriptModules,
): Promise<CompiledScript> {
  const wrapped = await wrapModule(bundle.code);
  const positions = new SourcePositions(bundle.map);
  const origin = (offset: number) => {
    const { line, column } = placeOf(bundle.code, offset);
    return positions.find(line, column);
  };
  const where = (offset: number) => {
    const found = origin(offset);
    return found ? `${found.file}:${found.line}:${found.column}` : bundle.entry;
  };

  const loaded = new Map<string, ModuleExports>();
  for (const [specifier, offset] of wrapped.imports) {
    const found = await load(specifier, modules);
    if (found) loaded.set(specifier, found);
    else throw unknownImport(specifier, modules, where(offset));
  }
  const starNames = new Set<string>();
  const metas = new Map<string, object>();
  const values = wrapped.parameters.map((parameter): unknown => {
    switch (parameter.kind) {
      case "import":
        return imported(loaded, parameter.specifier, parameter.name, () => where(parameter.offset));
      case "exports": {
        const { default: _, ...named } = loaded.get(parameter.specifier)!;
        for (const name of Object.keys(named)) starNames.add(name);
        return named;
      }
      case "meta": {
        const file = origin(parameter.offset)?.file ?? bundle.entry;
        if (!metas.has(file)) metas.set(file, importMeta(file));
        return metas.get(file);
      }
      case "dynamic-import":
        return dynamicImport(modules);
    }
  });

  const filename = `${fileUrl(bundle.entry)}?bundle=${++compiled}`;
  const run = compile(wrapped.text, filename, -wrapped.columnShift);
  return {
    folder: isUrl(bundle.entry) ? null : dirname(bundle.entry),
    exportNames: [...new Set([...wrapped.exportNames, ...starNames])],
    instantiate: () => run(...values),
    describeStack: (error) => describeStack(error, filename, positions),
  };
}

function compile(
  text: string,
  filename: string,
  columnOffset: number,
): (...values: unknown[]) => Promise<ScriptExports> {
  try {
    return new vm.Script(text, { filename, columnOffset }).runInThisContext();
  } catch (error) {
    throw new ScriptError("script_syntax", "Can't compile the script", error);
  }
}

/** A module that a script may import, frozen: instances share it. */
async function load(specifier: string, modules: ScriptModules): Promise<ModuleExports | null> {
  if (Object.hasOwn(modules, specifier)) {
    const found = modules[specifier];
    const exports = typeof found === "function" ? await found() : found;
    return Object.freeze(Object.assign(Object.create(null), exports));
  }
  if (specifier.startsWith("node:") && isBuiltin(specifier)) return await import(specifier);
  return null;
}

function unknownImport(specifier: string, modules: ScriptModules, where: string): ScriptError {
  return new ScriptError(
    "script_import",
    importProblem(specifier, Object.keys(modules), where),
  );
}

function imported(
  loaded: ReadonlyMap<string, ModuleExports>,
  specifier: string,
  name: string | null,
  where: () => string,
): unknown {
  const found = loaded.get(specifier)!;
  if (name === null) return found;
  if (name in found) return found[name];
  const names = Object.keys(found).filter((each) => each !== "default");
  const near = nearest(name, names);
  const hint = near !== null
    ? `did you mean ${near}?`
    : `there are ${names.slice(0, 30).join(", ")}${names.length > 30 ? ", …" : ""}`;
  throw new ScriptError(
    "script_import",
    `${specifier} has no export named ${name}, imported in ${where()} (${hint})`,
  );
}

/** What `import()` does in a script: whatever is known before the run is in the bundle already. */
function dynamicImport(modules: ScriptModules): (specifier: unknown) => Promise<ModuleExports> {
  return async (value) => {
    const specifier = String(value);
    const found = await load(specifier, modules);
    if (found) return found;
    throw new ScriptError(
      "script_import",
      `Can't import ${JSON.stringify(specifier.slice(0, 200))} while the script runs: ` +
        `only script modules and node: builtins can be (write the path as one literal to have it bundled)`,
    );
  };
}

/** `import.meta` of a user's file, as it is where that file is not the main module. */
function importMeta(file: string): object {
  const url = fileUrl(file);
  return Object.freeze({
    __proto__: null,
    url,
    filename: file,
    dirname: dirname(file),
    main: false,
    resolve: (specifier: string) => new URL(specifier, url).href,
  });
}

function fileUrl(file: string): string {
  return isUrl(file) ? file : pathToFileURL(file).href;
}

function isUrl(file: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(file);
}
