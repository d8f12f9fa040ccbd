/**
 * The `downpour` command: `deno run cli.ts http://127.0.0.1:8000/`, or `deno run cli.ts --help`.
 *
 * @module
 */
import { main } from "./cli/mod.ts";

export { type Host, main, type MainOptions } from "./cli/mod.ts";

if (import.meta.main) Deno.exitCode = await main(Deno.args);
