import { OptionError } from "../internal/mod.ts";
import type { RunOutput, RunRequest, ShardSetup } from "../runner/mod.ts";
import { OPENS } from "../wasm/measured/mod.ts";
import { controlPlace } from "./control_place.ts";
import { SHARD_ENTRY } from "./early.ts";
import { checkWritable } from "./files.ts";
import { formatOutputs, summaryFormat } from "./format.ts";
import type { Host } from "./host.ts";
import type { Output } from "./load.ts";
import { MODULE_NAMES } from "./module_names.ts";
import type { LoadFlags } from "./options.ts";
import { optionFromText } from "./option_text.ts";
import { outputsOf } from "./outputs.ts";
import { pagePlace } from "./page/place.ts";
import { NOTHING } from "./permissions.ts";
import { type RequestPart, shardCount } from "./request.ts";
import { placeToKeep } from "./runs_place.ts";

/** What scripts may import, for a run whose scripts are elsewhere. */
export const NAMES_ALONE: ShardSetup = {
  modules: Object.fromEntries(MODULE_NAMES.map((name) => [name, {}])),
  builtins: {},
  opens: OPENS,
};

/** Adds the outputs, and how shards are started. */
export async function completed(
  part: RequestPart,
  flags: LoadFlags,
  host: Host,
): Promise<RunRequest> {
  return {
    ...await withShards(part, flags),
    outputs: await runOutputs(flags, host),
  };
}

/** The outputs of a run, each for one run. */
export function runOutputs(flags: LoadFlags, host: Host): Promise<RunOutput[]> {
  return outputsOf([...flags.out, ...formatOutputs(flags)], host, flags.github);
}

/** Adds how shards are started. The modules of scripts load here only for a run inside this process. */
export async function withShards(part: RequestPart, flags: LoadFlags): Promise<RunRequest> {
  const shards = shardCount(flags);
  return {
    ...part,
    ...(shards === undefined ? {} : { shards }),
    inline: flags.inline,
    shardEntry: SHARD_ENTRY,
    setup: flags.inline ? (await import("./shard_setup.ts")).shardSetup : NAMES_ALONE,
  };
}

/** How a run is shown, and where its results go. */
export async function outputOf(
  flags: LoadFlags,
  host: Host,
  allowWrite?: string,
): Promise<Output> {
  await checkPlace("--summary-json", flags.summaryJson);
  const exported = flags.summaryExport === undefined
    ? variable(host, "SUMMARY_EXPORT")
    : { from: "--summary-export", text: flags.summaryExport };
  await checkPlace(exported?.from ?? "", exported?.text);
  return {
    summary: flags.summary && !isOn(variable(host, "NO_SUMMARY")) ? summaryFormat(flags) : null,
    quiet: flags.quiet,
    color: flags.color,
    summaryJson: flags.summaryJson,
    summaryExport: exported?.text,
    control: await controlPlace(flags, host),
    writable: writableBy(allowWrite),
    keep: placeToKeep(flags, host),
    page: await pagePlace(flags, host),
  };
}

/** Makes sure that a summary will have a place. @throws {OptionError} */
async function checkPlace(from: string, path: string | undefined): Promise<void> {
  if (path === undefined) return;
  await checkWritable(path).catch((error) => {
    throw new OptionError(from, `${from}: ${error.message}`);
  });
}

/** What a variable sets and where it was found. */
interface Variable {
  readonly from: string;
  readonly text: string;
}

/** Our variable of a name, or else k6's; an empty one counts as not set. */
function variable(host: Host, name: string): Variable | undefined {
  return ([`DOWNPOUR_${name}`, `K6_${name}`] as const)
    .map((from) => ({ from, text: host.env(from) ?? "" }))
    .find(({ text }) => text !== "");
}

/** Whether a variable says true. @throws {OptionError} when it says neither true nor false */
function isOn(given: Variable | undefined): boolean {
  return given !== undefined && optionFromText("flag", given.from, given.text) === true;
}

/** The folders that `handleSummary` may write to. */
function writableBy(allowWrite: string | undefined): string[] {
  if (allowWrite === undefined) return ["."];
  return allowWrite === NOTHING ? [] : allowWrite.split(",");
}
