import { ExitCode, formatDuration } from "../internal/mod.ts";
import { initError } from "./init.ts";
import type { RunOptions } from "./options/types.ts";
import { RunError } from "./run_error.ts";
import { ScriptError } from "./script/mod.ts";
import { type Shard, ShardError } from "./shard/mod.ts";

/** Something that makes a run fail, and does not end it. */
export interface Failure {
  readonly text: string;
  readonly code: number;
}

/** Calls the script's `setup`; its result as JSON. Rejects with what the run ends by. */
export async function callSetup(shard: Shard, options: RunOptions): Promise<string | null> {
  try {
    return await shard.call("setup", {}, options.setupTimeoutMs);
  } catch (error) {
    if (error instanceof ShardError && error.code === "shard_lost") throw initError(error);
    if (error instanceof ShardError && error.code === "shard_timeout") {
      throw new RunError("setup_timeout", error.message, ExitCode.setupTimeout, error);
    }
    throw new ScriptError("setup_threw", `Setup threw: ${messageOf(error)}`, error);
  }
}

/**
 * Calls the script's `teardown`; what went wrong, or null. A shard that is lost meanwhile is told
 * of by whoever watches it.
 *
 * @param initSilenceMs how long the shard may say nothing beside the time that teardown has
 */
export async function callTeardown(
  shard: Shard | undefined,
  { teardownTimeoutMs }: RunOptions,
  data: string | null,
  initSilenceMs: number,
): Promise<Failure | null> {
  if (shard === undefined) {
    return { text: "Teardown did not run: no shard was left", code: ExitCode.shardLost };
  }
  // A teardown may keep its event loop busy for as long as it has.
  shard.watch(teardownTimeoutMs + initSilenceMs);
  try {
    await shard.call("teardown", { data }, teardownTimeoutMs);
    return null;
  } catch (error) {
    if (!shard.live) return null;
    return error instanceof ShardError && error.code === "shard_timeout"
      ? { text: error.message, code: ExitCode.teardownTimeout }
      : { text: `Teardown threw: ${messageOf(error)}`, code: ExitCode.script };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Calls the script's `handleSummary`: what it returned (null without one), or what went wrong.
 *
 * @param makeData makes what it is called with; JSON
 */
export async function callSummary(
  shard: Shard | undefined,
  { handleSummaryTimeoutMs }: RunOptions,
  makeData: () => unknown,
  initSilenceMs: number,
): Promise<{ files: Record<string, string> | null; failure: Failure | null }> {
  const failed = (text: string, code: number) => ({ files: null, failure: { text, code } });
  if (shard === undefined) {
    return failed("handleSummary did not run: no shard was left", ExitCode.shardLost);
  }
  shard.watch(handleSummaryTimeoutMs + initSilenceMs);
  try {
    const args = { data: makeData() ?? null };
    const files = await shard.call("summary", args, handleSummaryTimeoutMs);
    return { files, failure: null };
  } catch (error) {
    if (error instanceof ShardError && error.code === "shard_timeout") {
      const limit = formatDuration(handleSummaryTimeoutMs);
      const text = `handleSummary in ${shard.name} took longer than ${limit}`;
      return failed(text, ExitCode.summaryTimeout);
    }
    return failed(`handleSummary failed: ${messageOf(error)}`, ExitCode.script);
  }
}
