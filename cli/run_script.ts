import {
  type RunEvents,
  type RunOutput,
  type RunResult,
  type Secrets,
  startRun,
} from "../runner/mod.ts";
import { SHARD_ENTRY } from "./early.ts";
import { folderOf } from "./files.ts";
import { shardSetup } from "./shard_setup.ts";

/** How `run` runs a script: all of it has defaults. */
export interface RunSettings {
  /** Script options by k6's names; they win over those that the script exports. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The script's `env`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Processes that make the load. Default: one a core, at most one a VU. */
  readonly shards?: number;
  /** Makes the load in this process: no child process, one core. Default false. */
  readonly inline?: boolean;
  /** Hosts that shard processes may connect to. Default: all. */
  readonly allowNet?: true | readonly string[];
  /** Paths that shard processes may read. Default: the script's folder. */
  readonly allowRead?: readonly string[];
  /** Paths of Unix sockets that shard processes may use. Default: none. */
  readonly allowUnix?: readonly string[];
  /** Paths that shard processes may write. Default: none. */
  readonly allowWrite?: readonly string[];
  /** What `k6/secrets` gives the script; masked wherever it would be shown. Default: nothing. */
  readonly secrets?: Secrets;
  /** Where the numbers go while the run goes on, as `createOutput` makes them. Default: none. */
  readonly outputs?: readonly RunOutput[];
  /** Told what happens while the run goes on. */
  readonly events?: RunEvents;
}

/** Runs a script; see `run` in the root module. */
export function runScript(script: string | URL, settings: RunSettings): Promise<RunResult> {
  const path = script instanceof URL ? pathOf(script) : script;
  return startRun({
    source: { kind: "script", path },
    overrides: settings.options ?? {},
    env: settings.env ?? {},
    ...(settings.shards === undefined ? {} : { shards: settings.shards }),
    outputs: settings.outputs ?? [],
    ...(settings.secrets === undefined ? {} : { secrets: settings.secrets }),
    inline: settings.inline ?? false,
    shardEntry: SHARD_ENTRY,
    setup: shardSetup,
    allowNet: settings.allowNet ?? true,
    allowRead: settings.allowRead ?? [folderOf(path)],
    ...(settings.allowUnix === undefined ? {} : { allowUnix: settings.allowUnix }),
    ...(settings.allowWrite === undefined ? {} : { allowWrite: settings.allowWrite }),
  }, settings.events).result;
}

function pathOf(url: URL): string {
  return url.protocol === "file:" ? decodeURIComponent(url.pathname) : url.href;
}
