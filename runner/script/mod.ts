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
export { bundleScript } from "./bundle.ts";
export { checkScript } from "./check.ts";
export { compileScript } from "./compile.ts";
export { ScriptError, type ScriptErrorCode } from "./errors.ts";
export type { CompiledScript, ScriptBundle, ScriptExports, ScriptModules } from "./types.ts";
