/**
 * The `downpour` command as a function, `main(args)`, and a run as a function, `runScript`. What
 * they need is loaded when they are called.
 *
 * @module
 */
import type { RunResult } from "../runner/mod.ts";
import type { RunSettings } from "./run_script.ts";

export { main, type MainOptions } from "./main.ts";
export type { Host, HostEnv } from "./host.ts";
export type { Starter } from "./load.ts";
export type { RunSettings };

/** Runs a script; see `run` in the root module. */
export async function runScript(script: string | URL, settings: RunSettings): Promise<RunResult> {
  const { runScript } = await import("./run_script.ts");
  return await runScript(script, settings);
}
