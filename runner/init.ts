import { type DownpourError, ExitCode } from "../internal/mod.ts";
import { parseOptions } from "./options/mod.ts";
import type { RunOptions } from "./options/types.ts";
import { shardCount } from "./plan.ts";
import type { RunRequest } from "./request.ts";
import { RunError } from "./run_error.ts";
import { bundleScript, ScriptError } from "./script/mod.ts";
import { type Loaded, type Shard, ShardError, type ShardSource } from "./shard/mod.ts";
import type { ShardGroup } from "./shard_group.ts";
import { type CompiledRule, compileThresholds } from "./thresholds.ts";
import type { RunTuning } from "./_tuning.ts";

const SCRIPT_CODES = ["script_syntax", "script_import", "script_bundle", "script_threw"] as const;

/** What is known once the script was loaded. */
export interface Plan {
  readonly options: RunOptions;
  readonly rules: readonly CompiledRule[];
  readonly functions: readonly string[];
}

/**
 * Everything before `setup`: loads the script, checks what it asks for, starts the shards and has
 * them make their VUs. Rejects with `OptionError`, `ScriptError` or `RunError`.
 */
export async function initialize(
  request: RunRequest,
  group: ShardGroup,
  tuning: RunTuning,
): Promise<Plan> {
  const wanted = request.inline ? 1 : request.shards ?? navigator.hardwareConcurrency;
  // A script's options are known once a shard has run its top level; a builtin has none of its own.
  const ahead = request.source.kind === "builtin" ? parseOptions({}, request.overrides) : null;
  // They start while the script is being bundled.
  addShards(group, ahead === null ? 1 : shardCount(ahead, wanted));
  const source = await shardSource(request);
  const load = (shard: Shard): Promise<Loaded> => loadShard(shard, source, request, tuning);
  const [loaded] = await Promise.all(group.all.map(load)) as [Loaded];
  const options = ahead ?? parseOptions(loaded.options, request.overrides);
  const rules = compileThresholds(options, loaded.metrics);
  checkFunctions(options, loaded);

  const known = group.all.length;
  addShards(group, shardCount(options, wanted) - known);
  await Promise.all(group.all.slice(known).map(load));
  await Promise.all(group.all.map(async (shard) => {
    const segment = group.segment(shard);
    try {
      await shard.call("prepare", { options, segment }, tuning.initMs);
    } catch (error) {
      throw initError(error);
    }
  }));
  return { options, rules, functions: loaded.functions };
}

async function shardSource({ source, setup }: RunRequest): Promise<ShardSource> {
  if (source.kind === "builtin") return { kind: "builtin", name: source.name, args: source.args };
  const bundle = await bundleScript(source.path, Object.keys(setup.modules));
  return { kind: "script", bundle };
}

function addShards(group: ShardGroup, count: number): void {
  for (let n = 0; n < count; n++) group.add();
}

async function loadShard(
  shard: Shard,
  source: ShardSource,
  { env }: RunRequest,
  { heartbeatMs, deltaMs, initMs, initSilenceMs }: RunTuning,
): Promise<Loaded> {
  shard.watch(initSilenceMs);
  try {
    return await shard.call("load", { source, env, heartbeatMs, deltaMs }, initMs);
  } catch (error) {
    throw initError(error);
  }
}

function checkFunctions(options: RunOptions, { functions, exports }: Loaded): void {
  for (const { name, exec } of options.scenarios) {
    if (functions.includes(exec)) continue;
    const found = exports.filter((one) => one !== "options");
    throw new ScriptError(
      "script_no_function",
      `Scenario ${name} runs ${exec === "default" ? "the default export" : exec}, ` +
        `which the script doesn't export as a function ` +
        `(it exports ${found.length > 0 ? found.join(", ") : "nothing to run"})`,
    );
  }
}

/** What a failed call means before the load: mostly that the script is at fault. */
export function initError(error: unknown): DownpourError {
  if (!(error instanceof ShardError)) throw error;
  if (error.code === "shard_lost") {
    return new RunError("shard_lost", error.message, ExitCode.shardLost, error);
  }
  if (error.code === "shard_timeout") {
    return new RunError("script_timeout", error.message, ExitCode.script, error);
  }
  const code = SCRIPT_CODES.find((one) => one === error.code) ?? "script_threw";
  return new ScriptError(code, error.message, error);
}
