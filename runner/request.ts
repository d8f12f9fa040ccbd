import { OptionError } from "../internal/mod.ts";
import type { ControlState } from "./control_state.ts";
import type { RunOutput } from "./output.ts";
import type { OptionTier, RunOptions } from "./options/mod.ts";
import type { LogEntry, RunProgress, RunResult, ThresholdOutcome } from "./result.ts";
import type { Secrets } from "./secrets.ts";
import type { ScriptBundle } from "./script/types.ts";
import type { ShardSetup, ShardStarter } from "./shard/mod.ts";
import {
  permissionsOf,
  type ProcessOptions,
  type ShardPermissions,
  type Standby,
} from "./spawn/mod.ts";

/** A load test to run, and what its shard processes may do. */
export interface RunRequest extends ShardPermissions {
  /** A script's path, with a name that says more where there is one, or a builtin of the setup with its arguments. */
  readonly source:
    | { readonly kind: "script"; readonly path: string; readonly title?: string }
    | {
      readonly kind: "builtin";
      readonly name: string;
      readonly args: unknown;
      readonly title: string;
    }
    /** A script that was bundled before, maybe elsewhere. */
    | { readonly kind: "bundle"; readonly bundle: ScriptBundle; readonly title: string };
  /** Options from below the script's, such as a config file's. */
  readonly config?: OptionTier;
  /** Options from above the script's, below `overrides`: those of the environment. */
  readonly environment?: OptionTier;
  /** Options by k6's names that beat all others. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** Where single `overrides` come from, for messages: `{ vus: "flag --vus" }`. */
  readonly overridesFrom?: Readonly<Record<string, string>>;
  /** The script's `__ENV`. */
  readonly env: Readonly<Record<string, string>>;
  /** What the script's `k6/secrets` gives; `***` in everything that the run says. Default: none. */
  readonly secrets?: Secrets;
  /** Number of shards, at most one a VU. Default: one a core. */
  readonly shards?: number;
  /** Run as one shard within this process. Default: false. */
  readonly inline?: boolean;
  /** Module whose main calls `serveShard`: each shard is a process that runs it. */
  readonly shardEntry: URL;
  /** Shard processes started ahead. Default: none; whoever made it closes it. */
  readonly standby?: Standby;
  /** Starts the shards, instead of `shardEntry`: on other machines. Default: processes here. */
  readonly starter?: ShardStarter;
  /** A fixed number of shards, whatever the number of VUs; `shards` says nothing then. */
  readonly parts?: RunParts;
  /**
   * Agrees with the other shards' machines on when the load begins; called once, resolves with the
   * time to take, milliseconds since the epoch. Default: as proposed.
   */
  startBarrier?(proposed: number): Promise<number>;
  /** What was set live before, of a run that is taken over. Default: nothing. */
  readonly control?: ControlState;
  /**
   * Keeps what is set live, for whoever takes the run over: called with all of it at each change,
   * before the shards hear of it. What it rejects with is told to whoever made the change.
   */
  controlled?(state: ControlState): Promise<void>;
  /** What the loss of a shard means once the load has begun. Default: `mark`. */
  readonly onLoss?: OnLoss;
  /** How long a shard may say nothing while the load runs until it is lost, milliseconds. Default: 5000. */
  readonly lossAfterMs?: number;
  /** File that the permissions are logged to which shard processes ask for. Default: none. */
  readonly auditTo?: string;
  /** What `serveShard` is called with; used here when inline, and for what scripts may import. */
  readonly setup: ShardSetup;
  /** How often shards send what they measured and `progress` is told, milliseconds, 100 to 1000. Default: 1000. */
  readonly reportMs?: number;
  /** Where the numbers go while the run goes on. Each for one run. Default: none. */
  readonly outputs?: readonly RunOutput[];
  /** Makes what the script's `handleSummary` is called with; JSON. */
  summaryData?(result: RunResult): unknown;
}

/**
 * What the loss of a shard means: the run goes on and fails (`mark`), ends at once (`abort`), or goes
 * on with another shard that does the rest of its work (`redistribute`; of scenarios with a number of
 * iterations nothing can be done by another).
 */
export type OnLoss = "mark" | "redistribute" | "abort";

/** Parts of a run that are there before its options are known. */
export interface RunParts {
  /** How many: one shard each, from 1. */
  readonly count: number;
  /** Share of the work of each, whole numbers from 1; null for equal shares. */
  readonly weights: readonly number[] | null;
}

const MAX_PARTS = 10_000;
/** Most that all weights come to. */
const MAX_WEIGHT = 65_536;

/** @throws {OptionError} `parts` */
export function checkParts({ count, weights }: RunParts): void {
  const isCount = (value: number, most: number) =>
    Number.isSafeInteger(value) && value >= 1 && value <= most;
  if (!isCount(count, MAX_PARTS)) {
    const text = `parts.count must be a whole number from 1 to ${MAX_PARTS}: ${count}`;
    throw new OptionError("parts.count", text);
  }
  if (weights === null) return;
  const total = weights.reduce((sum, one) => sum + one, 0);
  if (
    weights.length === count && weights.every((one) => isCount(one, total)) && total <= MAX_WEIGHT
  ) {
    return;
  }
  throw new OptionError(
    "parts.weights",
    `parts.weights must be ${count} whole numbers from 1 on, ${MAX_WEIGHT} together at most: ${weights}`,
  );
}

/** The options of a request around those of its script, lowest first: what `mergeOptions` takes. */
export function optionTiers(
  { config, environment, overrides, overridesFrom }: RunRequest,
  scriptOptions: unknown,
): OptionTier[] {
  return [
    ...(config === undefined ? [] : [config]),
    { from: "script", options: scriptOptions },
    ...(environment === undefined ? [] : [environment]),
    {
      from: "overrides",
      options: overrides,
      ...(overridesFrom === undefined ? {} : { fromEach: overridesFrom }),
    },
  ];
}

/** Called while a run goes on. */
export interface RunEvents {
  /** Once, when its options are known: before `setup`. */
  planned?(options: RunOptions): void;
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
  /**
   * Starts no more iterations, lets the running ones end, then goes on to the summary.
   *
   * @param exitCode what the run exits with, if nothing failed before. Default: 105, as for a signal
   */
  stop(exitCode?: number): void;
  /** Ends everything at once; the result says what was done. */
  kill(): void;
  /**
   * Starts no iterations until `resume`; those that run go on. All that is planned shifts by the
   * pause: stages, arrivals, ends of scenarios, time limits. Before the load, holds it back.
   * Resolves when every shard has heard it.
   *
   * @throws {ControlError} `control_over` when the load is over
   */
  pause(): Promise<void>;
  /** Ends a pause, also that of the option `paused`. @throws {ControlError} `control_over` */
  resume(): Promise<void>;
  /**
   * Sets the number of VUs of an `externally-controlled` scenario; VUs that are to go may end their
   * iteration within its `gracefulStop`.
   *
   * @param vus for the whole scenario, over all shards
   * @param maxVUs raises the most that it may have; default: as it is
   * @param scenario which one, where there are several
   * @throws {ControlError} `control_scenario`, `control_vus` or `control_over`
   */
  setVUs(vus: number, maxVUs?: number, scenario?: string): Promise<void>;
  /**
   * Sets the rate of a `constant-arrival-rate` or `ramping-arrival-rate` scenario from now on, for
   * the rest of its duration: what was planned before stays, what a ramp had planned goes.
   *
   * @param perSecond iterations a second of the whole scenario, over all shards; 0 starts none
   * @param scenario which one, where there are several
   * @throws {ControlError} `control_scenario`, `control_rate` or `control_over`
   */
  setRate(perSecond: number, scenario?: string): Promise<void>;
  /** How the run stands. */
  status(): RunStatus;
}

/** How a run stands at a moment. */
export interface RunStatus extends Omit<RunProgress, "metrics"> {
  /** Whether it was told to stop. */
  readonly stopped: boolean;
  /** What it would exit with for what has happened so far: 0 while nothing went wrong. */
  readonly exitCode: number;
  /** Every rule, judged on what was recorded so far; empty before the script was loaded. */
  readonly thresholds: readonly ThresholdOutcome[];
  /** What was set live, by the names of scenarios: their VUs, or their iterations a second. */
  readonly steered: Readonly<Record<string, number>>;
}

/** What a run is called. */
export function nameOf({ source }: RunRequest): string {
  return source.kind === "script" ? source.title ?? source.path : source.title;
}

/** How the shard processes of a run are started. */
export function processOptionsOf(request: RunRequest): ProcessOptions {
  const { shardEntry: entry, auditTo } = request;
  return { entry, auditTo, ...permissionsOf(request) };
}
