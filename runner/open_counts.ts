import type { Metric, Registry, Tags } from "../metrics/mod.ts";

/** Counters of something that opens and ends again, such as a session. */
export interface OpenCounters {
  /** How many opened. */
  readonly opened: Metric;
  /** How many of them ended, for whatever reason. */
  readonly closed: Metric;
  /** How many of those that ended did so on a failure, by the tag `reason`. */
  readonly failed: Metric;
}

/**
 * What each shard has open, by its deltas: nobody else can say how that ended once the shard is
 * lost.
 */
export class OpenCounts {
  readonly #metrics: Registry;
  readonly #kinds: readonly Kind[];

  /** @param metrics where the deltas of all shards are added up */
  constructor(metrics: Registry, counters: readonly OpenCounters[]) {
    this.#metrics = metrics;
    this.#kinds = counters.map((of) => ({ of, open: new Map(), byShard: new Map() }));
  }

  /** A delta of a shard was just added: what the totals moved by is the shard's. */
  took(shard: number): void {
    for (const { of, open, byShard } of this.#kinds) {
      for (const [tags, now] of this.#openNow(of)) {
        const moved = now - (open.get(tags) ?? 0);
        if (moved === 0) continue;
        let own = byShard.get(shard);
        if (own === undefined) byShard.set(shard, own = new Map());
        own.set(tags, (own.get(tags) ?? 0) + moved);
        open.set(tags, now);
      }
    }
  }

  /** A shard is lost: what it has open failed, with the reason `shard_lost`, and is closed. */
  lost(shard: number): void {
    for (const { of, open, byShard } of this.#kinds) {
      for (const [tags, count] of byShard.get(shard) ?? []) {
        if (count <= 0) continue;
        this.#metrics.sink(of.closed, tags).add(count);
        this.#metrics.sink(of.failed, tags.with("reason", "shard_lost")).add(count);
        open.set(tags, open.get(tags)! - count);
      }
      byShard.delete(shard);
    }
  }

  #openNow({ opened, closed }: OpenCounters): Map<Tags, number> {
    const now = new Map<Tags, number>();
    for (const [{ name }, sign] of [[opened, 1], [closed, -1]] as const) {
      for (const { tags, aggregate } of this.#metrics.series(name)) {
        if (aggregate.type !== "counter") continue;
        now.set(tags, (now.get(tags) ?? 0) + sign * aggregate.total);
      }
    }
    return now;
  }
}

/** One pair of counters: what is open by tags, over all shards and in each. */
interface Kind {
  readonly of: OpenCounters;
  readonly open: Map<Tags, number>;
  readonly byShard: Map<number, Map<Tags, number>>;
}
