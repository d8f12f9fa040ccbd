import { cpuUsage } from "node:process";
import type { Redact } from "../internal/mod.ts";
import {
  DeltaDecoder,
  type Histogram,
  Registry,
  type SampleBatch,
  SampleDecoder,
} from "../metrics/mod.ts";
import { EngineMetrics } from "./engine_metrics.ts";
import { executorOf } from "./executors/mod.ts";
import { judgeGenerator, LagHistogram } from "./health.ts";
import { addIterations, noIterations, settle } from "./ledger.ts";
import type { RunOptions } from "./options/types.ts";
import { type OpenCounters, OpenCounts } from "./open_counts.ts";
import { ownSamples } from "./own_samples.ts";
import { plannedOf, type RatesByScenario } from "./plan.ts";
import type {
  GeneratorHealth,
  IterationCounts,
  LogEntry,
  ShardReport,
  ShardView,
} from "./result.ts";
import { type Segment, split } from "./segment.ts";
import { Shard, type ShardStarter } from "./shard/mod.ts";
import { viewShards } from "./shard_views.ts";
import { SharedArrays } from "./shared_arrays.ts";

/** What happens to the shards of a run. */
export interface GroupHooks {
  /** What is recorded of tags' values. */
  readonly redact: Redact;
  log(entry: LogEntry): void;
  abort(reason: string): void;
  fail(reason: string): void;
  lost(shard: Shard, reason: string): void;
  /** Takes samples, until the next ones; null when nobody wants them. */
  readonly samples: ((batch: SampleBatch) => void) | null;
  /** Whether they are on other machines. */
  readonly far: boolean;
  /** What a lost shard leaves open: it is counted as failed. */
  readonly opens: readonly OpenCounters[];
}

/** A shard of the group: the part of the work that is its own, and when it was there for it. */
interface Member {
  readonly shard: Shard;
  readonly durations: Histogram;
  /** The lost shard that it stands in for, or null. */
  readonly instead: number | null;
  joinedMs: number | null;
  relievedMs: number | null;
}

/** The shards of a run and the sum of what they report. */
export class ShardGroup {
  readonly metrics: Registry;
  /** What the first shard loaded for all. */
  readonly arrays: SharedArrays;
  readonly #starter: ShardStarter;
  readonly #hooks: GroupHooks;
  readonly #shards: Shard[] = [];
  readonly #members: Member[] = [];
  #segments: readonly Segment[] = [];
  readonly #decoders: SampleDecoder[] = [];
  readonly #open: OpenCounts;
  /** Hands on what this process itself recorded. */
  readonly #sendOwn: () => void;

  constructor(starter: ShardStarter, hooks: GroupHooks) {
    this.#starter = starter;
    this.#hooks = hooks;
    this.arrays = new SharedArrays(hooks.log, null, hooks.far);
    this.metrics = new Registry({
      redact: hooks.redact,
      onWarning: ({ message }) => hooks.log({ level: "warn", text: message, source: "run" }),
    });
    this.#open = new OpenCounts(this.metrics, hooks.opens);
    this.#sendOwn = hooks.samples === null ? () => {} : ownSamples(this.metrics, hooks.samples);
  }

  /** Every shard that was started. */
  get all(): readonly Shard[] {
    return this.#shards;
  }

  /** Those that can be called. */
  get live(): readonly Shard[] {
    return this.#shards.filter((shard) => shard.live);
  }

  /** Samples that shards could not send, as far as they told. */
  get samplesLost(): number {
    return this.#decoders.reduce((sum, { lost }) => sum + lost, 0);
  }

  /** Starts one more, which may read `readable` too; it may stand in for a lost one. */
  add(readable: readonly string[] = [], instead: Shard | null = null): Shard {
    const decoder = new DeltaDecoder(this.metrics, EngineMetrics.iterationDuration.name);
    const samples = new SampleDecoder(this.metrics);
    this.#decoders.push(samples);
    const shard = new Shard(
      this.#shards.length,
      this.#starter,
      {
        ...this.#hooks,
        delta: ({ index }, _status, metrics) => {
          decoder.apply(metrics);
          this.#open.took(index);
        },
        lost: (shard, reason) => {
          this.#open.lost(shard.index);
          this.#sendOwn();
          this.#hooks.lost(shard, reason);
        },
        samples: (_shard, batch) => this.#hooks.samples?.(samples.decode(batch)),
        failures: (failed) => this.metrics.failures.merge(failed),
      },
      readable,
      instead?.index ?? null,
    );
    this.#shards.push(shard);
    const joinedMs = instead === null ? null : Infinity;
    this.#members.push({
      ...{ shard, durations: decoder.followed, instead: instead?.index ?? null },
      ...{ joinedMs, relievedMs: null },
    });
    return shard;
  }

  /** Splits the run's segment over the shards that there are: equally, or by their weights. */
  divide({ segment }: RunOptions, weights: readonly number[] | null): void {
    this.#segments = split(segment, weights ?? this.#shards.length);
  }

  /** The part of the test of a shard: its own, or that of the one it stands in for. */
  segment(shard: Shard): Segment {
    return this.#segments[this.originOf(shard)]!;
  }

  /** Number of the first shard whose part of the test it is. */
  originOf({ index }: Shard): number {
    const { instead } = this.#members[index]!;
    return instead === null ? index : this.originOf(this.#shards[instead]!);
  }

  /** Whether it has begun with its part. */
  hasJoined({ index }: Shard): boolean {
    return this.#members[index]!.joinedMs !== Infinity;
  }

  /** A shard does the work of the one that it stands in for from now on, `atMs` after the start of the load. */
  relieve(shard: Shard, atMs: number): void {
    const member = this.#members[shard.index]!;
    member.joinedMs = atMs;
    for (let { instead } = member; instead !== null; instead = this.#members[instead]!.instead) {
      const before = this.#members[instead]!;
      // One that never got to it has nothing to be relieved of.
      if (before.joinedMs === Infinity) continue;
      before.relievedMs = atMs;
      return;
    }
  }

  /** Whether its part is done to the end: by itself or by another, if it was lost. */
  isAccounted(shard: Shard): boolean {
    const { relievedMs } = this.#members[shard.index]!;
    return shard.lostReason === null || relievedMs !== null || !this.hasJoined(shard);
  }

  /** How every shard stands, `elapsedMs` after the start of the load. */
  views(elapsedMs: number): ShardView[] {
    return viewShards(this.#members, elapsedMs);
  }

  /** Totals so far, in the middle of a run. */
  counts(): IterationCounts {
    return addIterations(this.#shards.map((shard) => shard.status?.counts ?? noIterations()));
  }

  /** VUs of the live shards, and the most that there ever were at once. */
  vus(): { active: number; existing: number; peak: number } {
    const sum = { active: 0, existing: 0, peak: 0 };
    for (const shard of this.#shards) {
      const vus = shard.status?.vus;
      if (vus === undefined) continue;
      sum.peak += vus.peak;
      if (!shard.live) continue;
      sum.active += vus.active;
      sum.existing += vus.existing;
    }
    return sum;
  }

  /** Records the gauges `vus` and `vus_max`. */
  recordVUs(options: RunOptions, active: number, existing: number): void {
    const tags = this.metrics.tags.withAll({ ...options.tags });
    this.metrics.sink(EngineMetrics.vus, tags).add(active);
    this.metrics.sink(EngineMetrics.vusMax, tags).add(existing);
    this.#sendOwn();
  }

  /**
   * Every shard's end, the counts of lost ones settled; what they would have run until
   * `elapsedMs` is recorded as dropped.
   */
  reports(options: RunOptions, elapsedMs: number, rates: RatesByScenario): ShardReport[] {
    const tags = this.metrics.tags.withAll({ ...options.tags });
    const views = this.views(elapsedMs);
    const settled = this.#members.map(({ shard, ...duty }) => {
      const counts = shard.status?.counts ?? noIterations();
      const { lostReason } = shard;
      // One that was killed by our own hand is settled too, but was asked for nothing more.
      const share = lostReason === null
        ? counts.planned
        : plannedOf(options, this.segment(shard), elapsedMs, rates, duty);
      const iterations = settle(counts, share);
      const dropped = iterations.dropped - counts.dropped;
      if (dropped > 0) this.metrics.sink(EngineMetrics.droppedIterations, tags).add(dropped);
      this.#sendOwn();
      return iterations;
    });
    return views.map((view, index) => ({
      ...view,
      state: view.state === "lost" ? "lost" : "done",
      iterations: settled[index]!,
      vus: this.#shards[index]!.status?.vus.peak ?? 0,
    }));
  }

  /**
   * Whether the generator kept up, from what the shards measured of themselves.
   *
   * @param late iterations that started late, of all shards
   * @param cpuBefore this process' CPU use when the run began
   */
  health(
    options: RunOptions,
    durationMs: number,
    late: number,
    cpuBefore: ReturnType<typeof cpuUsage>,
  ): GeneratorHealth {
    const lag = new LagHistogram();
    const lateness = new LagHistogram();
    const open = { started: 0, dropped: 0, waited: 0, late };
    let [cpuMs, loadCpuMs, processes] = [0, 0, 0];
    for (const { status } of this.#shards) {
      processes += status?.processes ?? 1;
      if (status === null) continue;
      lag.addAll(status.lag);
      lateness.addAll(status.lateness);
      cpuMs += status.cpuMs;
      loadCpuMs += status.loadCpuMs;
      open.started += status.open.started;
      open.dropped += status.open.dropped;
      open.waited += status.open.waited;
    }
    const hasOpen = options.scenarios.some((scenario) => executorOf(scenario).open);
    const { user, system } = cpuUsage(cpuBefore);
    const ownMs = (user + system) / 1000;
    return judgeGenerator({
      cpuSeconds: (this.#shards[0]?.separate ? ownMs + cpuMs : ownMs) / 1000,
      cpuShare: durationMs > 0 ? loadCpuMs / durationMs / processes : 0,
      loopLagP99Ms: lag.percentile(99),
      open: hasOpen ? { ...open, startLatenessP99Ms: lateness.percentile(99) } : null,
      closed: options.scenarios.some((scenario) => !executorOf(scenario).open),
      lostShards: this.#shards.filter((shard) => shard.lostReason !== null).length,
    });
  }

  /** Ends all shards; resolves when they are gone. */
  async close(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
    await this.arrays.remove();
  }

  /** Ends all shards at once. */
  async kill(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.kill()));
  }
}
