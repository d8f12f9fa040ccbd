/**
 * Downpour: load tests in TypeScript, for Deno.
 *
 * What scripts import: checks, groups, waiting, metrics and the running context; `run` starts a load
 * test from code.
 *
 * ```ts
 * import { check, Counter, group, sleep } from "@downpour/downpour";
 * import assert from "node:assert/strict";
 *
 * const orders = new Counter("orders");
 * const passed = await group("order", async () => {
 *   await sleep(0.001);
 *   orders.add(1);
 *   return check(201, { "is created": (status) => status === 201 });
 * });
 * assert.equal(passed, true);
 * ```
 *
 * @module
 */
export * from "./script.ts";
import type { RunSettings } from "./cli/mod.ts";
import type { RunResult } from "./runner/mod.ts";
export type { RunResult, RunSettings };

/**
 * Runs a load test from code: bundles the script, runs it in as many processes as there are cores,
 * and gives everything that is known at its end. Nothing is printed.
 *
 * Needs the permissions `read` (the script), `run=deno` (not with `inline`) and, with `inline`,
 * what the script itself needs.
 *
 * @throws {OptionError} for invalid options; {ScriptError} when the script can't be loaded or its
 * `setup` throws. Once the load has begun it always resolves: look at `exitCode` and `failures`.
 *
 * ```ts
 * import { run } from "@downpour/downpour";
 * import assert from "node:assert/strict";
 *
 * const script = await Deno.makeTempFile({ suffix: ".ts" });
 * await Deno.writeTextFile(script, "export default function () {}");
 * const result = await run(script, { options: { vus: 2, iterations: 10 }, inline: true });
 * assert.equal(result.exitCode, 0);
 * assert.equal(result.iterations.completed, 10);
 * ```
 */
export async function run(script: string | URL, settings: RunSettings = {}): Promise<RunResult> {
  // Scripts import this module too: the engine loads only where it is used.
  const { runScript } = await import("./cli/mod.ts");
  return await runScript(script, settings);
}
