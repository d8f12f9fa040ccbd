/**
 * Load tests as tests: `loadTest` for `deno test`, `load` with `assertLoad` for any other
 * framework. The load runs in the test's own process, so breakpoints in its functions work.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { check } from "@downpour/downpour";
 * import { Client } from "@downpour/downpour/http";
 * import { startTarget } from "@downpour/downpour/targets";
 * import { assertLoad, load } from "@downpour/downpour/testing";
 *
 * await using target = startTarget();
 * const result = await load({
 *   vus: 2,
 *   iterations: 20,
 *   thresholds: { http_req_failed: ["rate==0"] },
 * }, {
 *   user: () => new Client({ baseUrl: target.url }),
 *   async default(_, client) {
 *     const response = await client.get("/get");
 *     check(response, { "is there": ({ status }) => status === 200 });
 *   },
 * });
 * assertLoad(result);
 * assert.equal(result.iterations.completed, 20);
 * ```
 *
 * @module
 */
import type { Load } from "./functions.ts";
import type { LoadResult } from "./load.ts";
import type { LoadSettings } from "./settings.ts";

export type { RunResult } from "../runner/mod.ts";
export { assertLoad, assertThresholds } from "./assert.ts";
export type { Iteration, Load, LoadFunctions } from "./functions.ts";
export type { LoadRules } from "./judge.ts";
export { type LoadTest, loadTest, type LoadTestSettings } from "./register.ts";
export type { LoadOptions, LoadSettings, LoadThreshold } from "./settings.ts";
export type { LoadResult };

/**
 * Runs a load in this process and resolves when it has ended, however it went: see `assertLoad` and
 * `assertThresholds`. It prints no summary and leaves the exit code of the process alone.
 *
 * Iterations run one beside the other in one process; state outside the functions is shared by all
 * virtual users. Metrics made at the top of the file count for the load that adds to them, and
 * thresholds may name them. One load runs at a time.
 *
 * @param settings how much load, and what must hold
 * @param what runs: a function, functions, or a script's path or URL
 * @param name what summaries and outputs call it. Default: `load`, or the script's path.
 * @throws {OptionError} for settings that can't be used; `ScriptError` when `setup` throws or the
 * script can't be loaded; {DownpourError} `load_running` while another load runs
 */
export async function load<Data, User>(
  settings: LoadSettings,
  what: Load<Data, User> | string | URL,
  name = "load",
): Promise<LoadResult> {
  // A test file may register many tests and run none.
  const { runLoad } = await import("./load.ts");
  return await runLoad(settings, what, name);
}
