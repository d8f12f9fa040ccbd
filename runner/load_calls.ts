import { formatDuration } from "../internal/mod.ts";
import type { Shard, ShardCalls } from "./shard/mod.ts";

/** How long the load may go on. */
export interface LoadLimits {
  /** How long a shard may say nothing, milliseconds. */
  readonly silenceMs: number;
  /** Longest time for the load, by `elapsedMs`, which leaves out pauses. */
  readonly limitMs: number;
  elapsedMs(): number;
  /** How often it is looked at. */
  readonly lookMs: number;
}

/** The shards that run the load, until the last of them has ended or was lost. */
export class LoadCalls {
  readonly #limits: LoadLimits;
  readonly #loading = new Set<Shard>();
  readonly #work = new Set<Promise<unknown>>();

  constructor(limits: LoadLimits) {
    this.#limits = limits;
  }

  /** Has a shard run its part. */
  start(shard: Shard, args: ShardCalls["start"]["args"]): void {
    this.#loading.add(shard);
    shard.watch(this.#limits.silenceMs);
    const call = shard.call("start", args, Infinity).catch((error: unknown) => {
      // What it lost is in its report; only a shard that answers wrongly is still there.
      const message = error instanceof Error ? error.message : String(error);
      if (shard.live) shard.lose(`${shard.name} failed: ${message}`);
    });
    this.await(call.finally(() => this.#loading.delete(shard)));
  }

  /** Does not end before that either; it never rejects. */
  await(work: Promise<unknown>): void {
    this.#work.add(work);
    work.then(() => this.#work.delete(work));
  }

  /** Resolves when all of it is over. */
  async ended(): Promise<void> {
    const { limitMs, elapsedMs, lookMs } = this.#limits;
    const looking = setInterval(() => {
      if (elapsedMs() <= limitMs) return;
      const why = `its load took longer than ${formatDuration(limitMs)}`;
      for (const shard of this.#loading) shard.lose(`${shard.name} failed: ${why}`);
    }, lookMs);
    while (this.#work.size > 0) await Promise.all(this.#work);
    clearInterval(looking);
  }
}
