import type { LogEntry, RunProgress, RunResult } from "./result.ts";
import type { ShardSetup } from "./shard/mod.ts";
import type { Standby } from "./spawn/mod.ts";

/** A load test to run. */
export interface RunRequest {
  /** A script's path, or one of the setup's builtins with its arguments. */
  readonly source:
    | { readonly kind: "script"; readonly path: string }
    | {
      readonly kind: "builtin";
      readonly name: string;
      readonly args: unknown;
      readonly title: string;
    };
  /** Script options by k6's names that beat those of the script. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** The script's `__ENV`. */
  readonly env: Readonly<Record<string, string>>;
  /** Number of shards, at most one a VU. Default: one a core. */
  readonly shards?: number;
  /** Run as one shard within this process. Default: false. */
  readonly inline?: boolean;
  /** Module whose main calls `serveShard`: each shard is a process that runs it. */
  readonly shardEntry: URL;
  /** Shard processes started ahead. Default: none; whoever made it closes it. */
  readonly standby?: Standby;
  /** What `serveShard` is called with; used here when inline, and for what scripts may import. */
  readonly setup: ShardSetup;
  /** Hosts that shard processes may connect to; `true` for all. */
  readonly allowNet: true | readonly string[];
  /** Paths that shard processes may read. */
  readonly allowRead: readonly string[];
  /** Paths of Unix sockets that shard processes may use. Default: none. */
  readonly allowUnix?: readonly string[];
  /** Paths that shard processes may write. Default: none. */
  readonly allowWrite?: readonly string[];
  /** Makes what the script's `handleSummary` is called with; JSON. */
  summaryData?(result: RunResult): unknown;
}

/** Called while a run goes on. */
export interface RunEvents {
  /** Once a second, and when the phase changes. */
  progress?(progress: RunProgress): void;
  /** For each line that scripts and the run itself log. */
  log?(entry: LogEntry): void;
}

/** A run that goes on. */
export interface RunHandle {
  /**
   * The result. Once the load has begun it always resolves. Before, it rejects with `OptionError`,
   * `ScriptError` or `RunError`.
   */
  readonly result: Promise<RunResult>;
  /** Starts no more iterations, lets the running ones end, then goes on to the summary. */
  stop(): void;
  /** Ends everything at once; the result says what was done. */
  kill(): void;
}
