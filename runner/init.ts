import { type DownpourError, ExitCode } from "../internal/mod.ts";
import type { SharedImage } from "./api/mod.ts";
import { mergeOptions, readOptions } from "./options/mod.ts";
import type { RunOptions } from "./options/types.ts";
import { shardCount, shareOptions } from "./plan.ts";
import { checkParts, optionTiers, type RunRequest } from "./request.ts";
import { RunError } from "./run_error.ts";
import { bundleScript, ScriptError } from "./script/mod.ts";
import { NO_SECRETS } from "./secrets.ts";
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
  /** What shards were loaded with: those that come later are too. */
  readonly source: ShardSource;
  readonly images: readonly SharedImage[];
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
  const count = counting(request);
  // A script's options are known once a shard has run its top level; a builtin has none of its own.
  const ahead = request.source.kind === "builtin" ? optionsOf(request, {}) : null;
  // They start while the script is being bundled.
  addShards(group, ahead === null ? 1 : count(ahead));
  const source = await shardSource(request);
  const load = (images: readonly SharedImage[]) => (shard: Shard): Promise<Loaded> =>
    loadShard(shard, source, request, tuning, images);
  const [loaded] = await Promise.all(group.all.map(load([]))) as [Loaded];
  const options = ahead ?? optionsOf(request, loaded.options);
  const rules = compileThresholds(options, loaded.metrics);
  checkFunctions(options, loaded);

  const known = group.all.length;
  const more = count(options) - known;
  let images: readonly SharedImage[] = [];
  if (more > 0) {
    images = await group.arrays.take(group.all[0]!, loaded.shared, tuning.initMs)
      .catch((error: unknown) => {
        throw initError(error);
      });
    addShards(group, more);
    await Promise.all(group.all.slice(known).map(load(images)));
  }
  group.divide(options, request.parts?.weights ?? null);
  await Promise.all(group.all.map((shard) => prepareShard(shard, group, options, tuning)));
  return { options, rules, functions: loaded.functions, source, images };
}

/** How many shards a request asks for, once its options are known. */
function counting(request: RunRequest): (options: RunOptions) => number {
  const { parts, inline, shards = navigator.hardwareConcurrency } = request;
  if (parts === undefined) return (options) => shardCount(options, inline ? 1 : shards);
  checkParts(parts);
  return () => parts.count;
}

/** Has a shard make the VUs of its part. */
export async function prepareShard(
  shard: Shard,
  group: ShardGroup,
  options: RunOptions,
  { initMs }: RunTuning,
): Promise<void> {
  const segment = group.segment(shard);
  try {
    await shard.call("prepare", { options: shareOptions(options, segment), segment }, initMs);
  } catch (error) {
    throw initError(error);
  }
}

function optionsOf(request: RunRequest, scriptOptions: unknown): RunOptions {
  return readOptions(mergeOptions(optionTiers(request, scriptOptions)));
}

/** What shards are to load. */
export async function shardSource({ source, setup }: RunRequest): Promise<ShardSource> {
  if (source.kind === "builtin") return { kind: "builtin", name: source.name, args: source.args };
  if (source.kind === "bundle") return { kind: "script", bundle: source.bundle };
  const bundle = await bundleScript(source.path, Object.keys(setup.modules));
  return { kind: "script", bundle };
}

function addShards(group: ShardGroup, count: number): void {
  for (let n = 0; n < count; n++) group.add(group.arrays.readable);
}

/** Has a shard load it. */
export async function loadShard(
  shard: Shard,
  source: ShardSource,
  { env, outputs = [], secrets = NO_SECRETS }: RunRequest,
  { heartbeatMs, deltaMs, initMs, initSilenceMs }: RunTuning,
  images: readonly SharedImage[] = [],
): Promise<Loaded> {
  shard.watch(initSilenceMs);
  const samples = outputs.some((output) => output.samples);
  try {
    const args = { source, env, secrets, images, heartbeatMs, deltaMs, samples };
    return await shard.call("load", args, initMs);
  } catch (error) {
    throw initError(error);
  }
}

/** Refuses scenarios that run what the script doesn't export as a function. */
export function checkFunctions(options: RunOptions, { functions, exports }: Loaded): void {
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
