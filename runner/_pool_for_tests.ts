import type { LogEntry, RunProgress } from "./result.ts";
import type { RunHandle, RunRequest } from "./request.ts";
import { startTuned } from "./run.ts";
import { inlineShards, type LinkInfo, type ShardCommand, type ShardStarter } from "./shard/mod.ts";
import type { ShardSetup } from "./shard/setup.ts";
import type { RunTuning } from "./_tuning.ts";

/** What a link of the pool says of itself when it is asked. */
export const INFO: LinkInfo = {
  ...{ agent: "a", labels: { zone: "eu" }, clockOffsetMs: 3, clockErrorMs: 0.5, startedAt: null },
  ...{ lost: 0, missing: 0, silent: false },
};

/** Shards that a test can lose, as if each was on a machine of its own. */
export interface TestPool {
  readonly starter: ShardStarter;
  /** Number of each shard that was started, and of the one that it stands in for. */
  readonly started: [index: number, instead: number | null][];
  /** Commands, in order. */
  readonly sent: [index: number, command: ShardCommand][];
  /** What links say of themselves, by the number of their shard. */
  readonly infos: LinkInfo[];
  /** Breaks the link to a shard: nothing comes or goes any more. */
  lose(index: number): void;
}

/** @param refuse says why shard `index` can't be started, or null */
export function testPool(
  setup: ShardSetup,
  refuse: (index: number) => string | null = () => null,
): TestPool {
  const start = inlineShards(setup);
  const losses: ((reason: string) => void)[] = [];
  const pool: TestPool = {
    started: [],
    sent: [],
    infos: [],
    lose: (index) => losses[index]!("its agent is gone"),
    starter(index, on, log, readable, instead = null) {
      const why = refuse(index);
      if (why !== null) throw new Error(why);
      pool.started.push([index, instead]);
      pool.infos[index] ??= { ...INFO, agent: `agent-${index}` };
      let open = true;
      const link = start(index, (event) => open && on(event), log, readable, instead);
      const { promise: lost, resolve } = Promise.withResolvers<string>();
      losses[index] = (reason) => {
        open = false;
        resolve(reason);
        link.kill();
      };
      return {
        ...link,
        label: `agent-${index}`,
        separate: true,
        send(command) {
          pool.sent.push([index, command]);
          link.send(command);
        },
        info: () => pool.infos[index]!,
        ended: Promise.race([lost, link.ended]),
      };
    },
  };
  return pool;
}

/** A run on a pool and what it said. */
export interface PoolRun extends RunHandle {
  readonly logs: LogEntry[];
  readonly progress: RunProgress[];
}

/** Runs the builtin `load` on a pool; `on` is called with each progress. */
export function runOn(
  pool: TestPool,
  overrides: Record<string, unknown>,
  request: Partial<RunRequest> = {},
  on: (progress: RunProgress) => void = () => {},
  tuning: Partial<RunTuning> = {},
): PoolRun {
  const logs: LogEntry[] = [];
  const progress: RunProgress[] = [];
  const handle = startTuned(
    {
      source: { kind: "builtin", name: "load", args: null, title: "load" },
      overrides,
      env: {},
      shardEntry: new URL(import.meta.url),
      setup: { modules: {}, builtins: {} },
      allowNet: [],
      allowRead: [],
      starter: pool.starter,
      parts: { count: 2, weights: null },
      ...request,
    },
    {
      log: (entry) => logs.push(entry),
      progress(one) {
        progress.push(one);
        on(one);
      },
    },
    { heartbeatMs: 20, deltaMs: 20, progressMs: 10, silenceMs: 10_000, ...tuning },
  );
  handle.result.catch(() => {});
  return { ...handle, logs, progress };
}
