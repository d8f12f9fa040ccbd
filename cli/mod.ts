/**
 * The `downpour` command as a function, `main(args)`, and a run as a function, `runScript`. What
 * they need is loaded when they are called.
 *
 * @module
 */
import type { RunResult } from "../runner/mod.ts";
import { startEarly } from "./early.ts";
import type { MainOptions } from "./main.ts";
import type { RunSettings } from "./run_script.ts";

export type { Host, HostEnv } from "./host.ts";
export type { Starter } from "./load.ts";
export type { MainOptions, RunSettings };

/**
 * The `downpour` command: reads `args`, does what they ask, and says how it went.
 *
 * @returns the exit code; the caller sets it
 */
export async function main(args: readonly string[], options: MainOptions = {}): Promise<number> {
  // Most of a short run's start is loading: shards load on other cores, beside all that follows.
  const standby = options.start === undefined ? startEarly(args) : undefined;
  const command = await import("./main.ts");
  return await command.main(args, options, standby);
}

/** Runs a script; see `run` in the root module. */
export async function runScript(script: string | URL, settings: RunSettings): Promise<RunResult> {
  const { runScript } = await import("./run_script.ts");
  return await runScript(script, settings);
}
