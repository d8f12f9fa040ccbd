import type { LogEntry } from "../../runner/mod.ts";
import {
  type Loaded,
  Shard,
  type ShardCalls,
  type ShardEvent,
  type ShardHooks,
  type ShardStarter,
  type ShardStatus,
  SharedArrays,
} from "../../runner/remote/mod.ts";

/** How long a shard may say nothing before its load, and while it runs. */
const INIT_SILENCE_MS = 60_000;
const SILENCE_MS = 5000;

/** What happens to the shards of a part. */
export interface LocalHooks {
  delta(index: number, metrics: Uint8Array): void;
  samples(index: number, batch: Uint8Array): void;
  /** What they say to people and to the run. */
  event(event: ShardEvent): void;
  lost(reason: string): void;
}

/** The shards of a part: the first loads the script, the others are started when it is known how many. */
export class LocalShards {
  readonly #start: ShardStarter;
  readonly #hooks: ShardHooks;
  readonly #arrays: SharedArrays;
  readonly #shards: Shard[] = [];
  #loaded: Loaded | null = null;
  #closed = false;

  constructor(start: ShardStarter, hooks: LocalHooks) {
    this.#start = start;
    const log = (entry: LogEntry) => hooks.event({ kind: "log", entry });
    this.#arrays = new SharedArrays(log);
    this.#hooks = {
      delta: ({ index }, _status, metrics) => hooks.delta(index, metrics),
      samples: ({ index }, batch) => hooks.samples(index, batch),
      log,
      abort: (reason) => hooks.event({ kind: "abort", reason }),
      fail: (reason) => hooks.event({ kind: "fail", reason }),
      failures: (samples) => hooks.event({ kind: "failures", samples }),
      lost: (_shard, reason) => hooks.lost(reason),
    };
  }

  /** The one that setup, teardown and handleSummary run in. */
  get first(): Shard {
    return this.#shards[0] ?? this.#add();
  }

  /** Those that can be called. */
  get live(): readonly Shard[] {
    return this.#shards.filter((shard) => shard.live);
  }

  /** What they last said, the lost ones too. */
  statuses(): ShardStatus[] {
    return this.#shards.flatMap(({ status }) => status === null ? [] : [status]);
  }

  /** Has the first one load the script. */
  async load(args: ShardCalls["load"]["args"]): Promise<Loaded> {
    return this.#loaded = await load(this.first, args);
  }

  /** Starts as many as are wanted in all; they are loaded like the first, with what that loaded for all. */
  async grow(count: number, args: ShardCalls["load"]["args"]): Promise<void> {
    if (count <= this.#shards.length) return;
    const own = await this.#arrays.take(this.first, this.#loaded?.shared ?? [], Infinity);
    const images = [...args.images, ...own];
    const more: Shard[] = [];
    while (this.#shards.length < count && !this.#closed) more.push(this.#add());
    await Promise.all(more.map((shard) => load(shard, { ...args, images })));
  }

  /** From now on they are watched as closely as a load asks for. */
  watchLoad(): void {
    for (const shard of this.live) shard.watch(SILENCE_MS);
  }

  /** Lets them end; resolves when they have. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#shards.map((shard) => shard.close()));
    await this.#arrays.remove();
  }

  /** Ends them at once. */
  async kill(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#shards.map((shard) => shard.kill()));
    await this.#arrays.remove();
  }

  #add(): Shard {
    const shard = new Shard(this.#shards.length, this.#start, this.#hooks, this.#arrays.readable);
    this.#shards.push(shard);
    return shard;
  }
}

function load(shard: Shard, args: ShardCalls["load"]["args"]): Promise<Loaded> {
  shard.watch(INIT_SILENCE_MS);
  return shard.call("load", args, Infinity);
}
