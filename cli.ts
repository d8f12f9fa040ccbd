/**
 * The `downpour` command: `deno run cli.ts http://127.0.0.1:8000/`, or `deno run cli.ts --help`.
 *
 * As a module, it runs the command in this process and gives its exit code:
 *
 * ```ts
 * import { main } from "@downpour/downpour/cli";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await main(["--version"]), 0);
 * ```
 *
 * @module
 */
import { main } from "./cli/mod.ts";

export { type Host, type HostEnv, main, type MainOptions, type Starter } from "./cli/mod.ts";

if (import.meta.main) Deno.exitCode = await main(Deno.args);
