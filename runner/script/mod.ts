/**
 * Scripts: bundled once, compiled once, and instantiated for each virtual user, so that
 * module-level state is the user's own while compiled code is shared.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { compileScript } from "@downpour/downpour/runner";
 *
 * const code = `import { step } from "k6"; let n = 0; export const next = () => n += step;`;
 * const script = await compileScript({ entry: "/load.js", code, map: "" }, { k6: { step: 2 } });
 * const [one, two] = [await script.instantiate(), await script.instantiate()];
 * const next = one["next"] as () => number;
 * assert.deepEqual([next(), next()], [2, 4]);
 * assert.equal((two["next"] as () => number)(), 2);
 * ```
 *
 * @module
 */
import type { CompiledScript, ScriptBundle, ScriptModules } from "./types.ts";

export { ScriptError, type ScriptErrorCode } from "./errors.ts";
export type {
  CompiledScript,
  ScriptBundle,
  ScriptExports,
  ScriptModule,
  ScriptModules,
} from "./types.ts";

// Each of these loads what it needs when it is called: a run without a script needs none of it, and
// its first request would wait for the lexer and Node's `vm`, `module` and `path`.

/**
 * Bundles a script with its local modules into one text.
 *
 * @param path the script, as the user typed it
 * @param externals specifiers that stay imports: our modules
 * @throws {ScriptError} when it can't be found, read, parsed or resolved
 */
export async function bundleScript(
  path: string,
  externals: readonly string[],
): Promise<ScriptBundle> {
  return await (await import("./bundle.ts")).bundleScript(path, externals);
}

/**
 * Turns a bundle into a function that instantiates it, given the modules it may import.
 *
 * @throws {ScriptError} when it imports something that is not among them
 */
export async function compileScript(
  bundle: ScriptBundle,
  modules: ScriptModules,
): Promise<CompiledScript> {
  return await (await import("./compile.ts")).compileScript(bundle, modules);
}

/**
 * Checks the types of a script with `deno check`; needs the permission to run it.
 *
 * @param options.config path of the `deno.json` to check by; default: the script's own
 * @throws {ScriptError} `script_types` with what is wrong
 */
export async function checkScript(
  path: string,
  options: { config?: string } = {},
): Promise<void> {
  await (await import("./check.ts")).checkScript(path, options);
}
