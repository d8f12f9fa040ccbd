/**
 * The engine: takes a script or a builtin load, splits it over shards, runs it and adds it up.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import { startRun } from "@downpour/downpour/runner";
 *
 * let calls = 0;
 * const { result } = startRun({
 *   source: { kind: "builtin", name: "count", args: null, title: "counting" },
 *   overrides: { vus: 2, iterations: 10 },
 *   env: {},
 *   inline: true,
 *   shardEntry: new URL(import.meta.url),
 *   setup: { modules: {}, builtins: { count: () => ({ default: () => void calls++ }) } },
 *   allowNet: [],
 *   allowRead: [],
 * });
 * const { iterations, exitCode } = await result;
 * assert.equal(calls, 10);
 * assert.equal(iterations.completed, 10);
 * assert.equal(exitCode, 0);
 * ```
 *
 * @module
 */
export {
  type AsyncChecks,
  attachInterrupt,
  attachVu,
  check,
  type CheckOutcome,
  type Checks,
  currentVu,
  execution,
  fail,
  group,
  instance,
  type InstanceTotals,
  type InstanceView,
  InterruptedError,
  interruptSignal,
  scenario,
  type ScenarioView,
  ScriptFailure,
  type SharedImage,
  type SharedInfo,
  sleep,
  test,
  type TestView,
  vu,
  type VuState,
  type VuView,
} from "./api/mod.ts";
export { ExitCode } from "../internal/mod.ts";
export {
  type ClientDns,
  type ClientRunOptions,
  type ClientTlsAuth,
  type ClientTlsVersion,
  type MergedOptions,
  mergeOptions,
  type OptionInfo,
  type OptionKind,
  optionNames,
  optionTable,
  type OptionTier,
  parseOptions,
  type Plain,
  type PlainObject,
  readOptions,
  type RunOptions,
  type Scenario,
  type ScenarioCommon,
  type Stage,
  type ThresholdRule,
  type WhenBusy,
} from "./options/mod.ts";
export type {
  GeneratorHealth,
  IterationCounts,
  LogEntry,
  OpenModelHealth,
  OutputReport,
  RunProgress,
  RunResult,
  ShardReport,
  ShardView,
  ThresholdOutcome,
} from "./result.ts";
export type { OpenCounters } from "./open_counts.ts";
export { type Inspection, inspectRun } from "./inspect.ts";
export {
  type Outbox,
  type OutputLimits,
  type OutputMoment,
  type RunInfo,
  type RunOutput,
  SendError,
} from "./output.ts";
export type { ControlState } from "./control_state.ts";
export { ControlError } from "./control_error.ts";
export {
  type OnLoss,
  type RunEvents,
  type RunHandle,
  type RunParts,
  type RunRequest,
  type RunStatus,
} from "./request.ts";
export { startRun } from "./run.ts";
export type { RateChange } from "./arrivals.ts";
export type { Segment } from "./segment.ts";
export type { ProcessOptions, ShardPermissions, Standby } from "./spawn/mod.ts";
export { RunError } from "./run_error.ts";
export { loadSecrets, type SecretReaders, type Secrets } from "./secrets.ts";
export {
  bundleScript,
  checkScript,
  type CompiledScript,
  compileScript,
  type ScriptBundle,
  ScriptError,
  type ScriptErrorCode,
  type ScriptExports,
  type ScriptModule,
  type ScriptModules,
} from "./script/mod.ts";
export { type CompiledRule, compileThresholds, judgeThresholds } from "./thresholds.ts";
export {
  type LinkInfo,
  type Loaded,
  serveShard,
  type ShardCalls,
  type ShardCommand,
  type ShardControl,
  type ShardEvent,
  type ShardFailure,
  type ShardLink,
  type ShardSetup,
  type ShardSource,
  type ShardStarter,
  type ShardStatus,
} from "./shard/mod.ts";
