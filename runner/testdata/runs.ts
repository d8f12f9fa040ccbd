import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { RunTuning } from "../_tuning.ts";
import { brokenIdentities } from "../ledger.ts";
import type { LogEntry, RunProgress, RunResult } from "../result.ts";
import type { RunHandle, RunRequest } from "../request.ts";
import { startTuned } from "../run.ts";
import { processShards, type ShardStarter } from "../shard/mod.ts";
import { testSetup } from "./setup.ts";

/** A run under test and what it said. */
export interface TestRun extends RunHandle {
  readonly logs: LogEntry[];
  readonly progress: RunProgress[];
  /** Resolves when the load has begun and first totals came. */
  readonly loaded: Promise<void>;
  /** Process ids of its shards. */
  pids(): number[];
}

/** Runs a script of this folder with short intervals. */
export function runScript(
  file: string,
  request: Partial<RunRequest> & { readonly heapMb?: number } = {},
  tuning: Partial<RunTuning> = {},
): TestRun {
  const logs: LogEntry[] = [];
  const progress: RunProgress[] = [];
  const { promise: loaded, resolve } = Promise.withResolvers<void>();
  const labels: string[] = [];
  const shardEntry = new URL("shard_entry.ts", import.meta.url);
  const { allowRead = [], heapMb } = request;
  const processes = processShards({ entry: shardEntry, allowNet: [], allowRead, heapMb });
  const starter: ShardStarter = (...args) => {
    const link = processes(...args);
    labels.push(link.label);
    return link;
  };
  const path = fileURLToPath(new URL(file, import.meta.url));
  const handle = startTuned(
    {
      source: { kind: "script", path },
      overrides: {},
      env: {},
      shards: 2,
      shardEntry,
      setup: testSetup,
      allowNet: [],
      allowRead: [],
      ...request,
    },
    {
      log: (entry) => logs.push(entry),
      progress(one) {
        progress.push({ ...one });
        if (one.iterations.completed > 0) resolve();
      },
    },
    {
      heartbeatMs: 20,
      deltaMs: 50,
      silenceMs: 10_000,
      progressMs: 30,
      thresholdsMs: 60,
      slackMs: 2000,
      starter: request.inline ? null : starter,
      ...tuning,
    },
  );
  handle.result.catch(() => {});
  const pids = () => labels.map((label) => Number(/^pid (\d+)$/.exec(label)?.[1]));
  return { ...handle, logs, progress, loaded, pids };
}

/** Checks what holds for every result. */
export function checkResult(result: RunResult): RunResult {
  assert.deepEqual(brokenIdentities(result.iterations), []);
  for (const { iterations, durations } of result.shards) {
    assert.deepEqual(brokenIdentities(iterations), []);
    assert.equal(durations.count, iterations.completed);
  }
  const total = (name: string) => {
    const aggregate = result.metrics.select(name);
    return aggregate?.type === "counter" ? aggregate.total : 0;
  };
  assert.equal(total("iterations"), result.iterations.completed);
  assert.equal(total("dropped_iterations"), result.iterations.dropped);
  const duration = result.metrics.select("iteration_duration");
  const count = duration?.type === "trend" ? duration.histogram.count : 0;
  assert.equal(count, result.iterations.completed);
  return result;
}
