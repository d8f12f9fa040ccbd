import { describeError, DownpourError } from "../../internal/mod.ts";
import { DeltaDecoder, DeltaEncoder, Registry, SampleMerger } from "../../metrics/mod.ts";
import type { RunOptions, Segment } from "../../runner/mod.ts";
import {
  type Clock,
  type ShardCalls,
  type ShardCommand,
  shardCount,
  ShardError,
  type ShardEvent,
  type ShardStarter,
  split,
} from "../../runner/remote/mod.ts";
import { LocalShards } from "./local_shards.ts";
import { sumStatuses } from "./status.ts";

/** How long the others may take to end their iterations when a shard was lost. */
const END_MS = 3000;
/** When the first delta is sent, in periods: behind those of the shards, before the coordinator looks. */
const FIRST_DELTA = 0.95;

/** What a relay works with. */
export interface RelayOptions {
  /** Starts the shards of this machine. */
  readonly start: ShardStarter;
  /** Most shards; there is none without a VU. */
  readonly shards: number;
  readonly clock: Clock;
  /** Takes what the part says, in order. */
  post(event: ShardEvent): void;
  /** Whether there is room for something that can wait or be left out. */
  hasRoom(what: "delta" | "samples"): boolean;
  /** Called when there is no room for a batch of samples. */
  left(): void;
  /** Called once when a shard died, after what the others had to say. */
  lost(reason: string): void;
}

type Handlers = {
  [K in keyof ShardCalls]: (args: ShardCalls[K]["args"]) => Promise<ShardCalls[K]["value"]>;
};

/**
 * The shards of this machine as one shard: what is asked of it is asked of all of them or of the
 * first, what they measure adds up to one stream of deltas. A part that loses a shard is lost.
 */
export class PartRelay {
  readonly #options: RelayOptions;
  readonly #shards: LocalShards;
  readonly #metrics: Registry;
  readonly #encoder: DeltaEncoder;
  readonly #decoders: DeltaDecoder[] = [];
  readonly #samples: SampleMerger;
  readonly #over = new AbortController();
  readonly #handlers: Handlers;
  /** What the first shard was loaded with: the others are too. */
  #loadArgs: ShardCalls["load"]["args"] | null = null;
  #load: Promise<unknown> = Promise.resolve();
  #lost = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#metrics = new Registry({
      onWarning: ({ message }) =>
        this.#post({ kind: "log", entry: { level: "warn", text: message, source: "run" } }),
    });
    this.#encoder = new DeltaEncoder(this.#metrics);
    this.#samples = new SampleMerger(this.#metrics);
    this.#shards = new LocalShards(options.start, {
      delta: (index, metrics) => {
        (this.#decoders[index] ??= new DeltaDecoder(this.#metrics)).apply(metrics);
      },
      samples: (index, batch) => this.#passSamples(index, batch),
      event: (event) => this.#post(event),
      lost: (reason) => void this.#onLost(reason),
    });
    const first = <K extends keyof ShardCalls>(call: K, args: ShardCalls[K]["args"]) =>
      this.#shards.first.call(call, args, Infinity);
    const all = async <K extends "control" | "stop">(call: K, args: ShardCalls[K]["args"]) => {
      await Promise.all(this.#shards.live.map((shard) => shard.call(call, args, Infinity)));
      return null;
    };
    this.#handlers = {
      load: (args) => {
        this.#loadArgs = args;
        return this.#shards.load(args);
      },
      image: (args) => first("image", args),
      prepare: (args) => this.#prepare(args),
      setup: (args) => this.#flushedAfter(first("setup", args)),
      start: (args) => this.#flushedAfter(this.#start(args)),
      control: (args) => all("control", args),
      stop: (args) => all("stop", args),
      teardown: (args) => this.#flushedAfter(first("teardown", args)),
      summary: (args) => first("summary", args),
    };
  }

  /** Carries out a command; its answer or failure is posted. */
  async handle({ id, call, args }: ShardCommand): Promise<void> {
    try {
      const handler = this.#handlers[call] as (args: unknown) => Promise<unknown>;
      this.#post({ kind: "answer", id, value: await handler(args) });
    } catch (error) {
      // A load without one of its shards has no answer: the part says goodbye.
      if (call === "start" && this.#lost) return;
      const code = error instanceof DownpourError ? error.code : null;
      this.#post({ kind: "failure", id, error: { code, message: describeError(error) } });
    }
  }

  /** Lets the shards end; resolves when they have. */
  async close(): Promise<void> {
    this.#over.abort();
    await this.#shards.close();
  }

  /** Ends the shards at once. */
  async kill(): Promise<void> {
    this.#over.abort();
    await this.#shards.kill();
  }

  async #prepare({ options, segment }: ShardCalls["prepare"]["args"]): Promise<null> {
    if (this.#loadArgs === null) throw new ShardError("shard_protocol", "prepare before load");
    const count = shardCount({ ...options, segment }, this.#options.shards);
    await this.#shards.grow(count, this.#loadArgs);
    const segments: readonly Segment[] = count === 1 ? [segment] : split(segment, count);
    const own = shareOf(options, count);
    await Promise.all(
      this.#shards.live.map((shard, index) =>
        shard.call("prepare", { options: own, segment: segments[index]! }, Infinity)
      ),
    );
    return null;
  }

  async #start(args: ShardCalls["start"]["args"]): Promise<null> {
    const ended = new AbortController();
    void this.#sendRegularly(AbortSignal.any([ended.signal, this.#over.signal]));
    this.#shards.watchLoad();
    const load = Promise.allSettled(
      this.#shards.live.map((shard) => shard.call("start", args, Infinity)),
    );
    this.#load = load;
    const failed = (await load).find((one) => one.status === "rejected");
    ended.abort();
    if (failed !== undefined) throw failed.reason;
    return null;
  }

  /** Sends all that was measured before the answer goes. */
  async #flushedAfter<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      this.#flush();
    }
  }

  async #sendRegularly(end: AbortSignal): Promise<void> {
    const { clock, hasRoom } = this.#options;
    const periodMs = this.#loadArgs!.deltaMs;
    for (let waitMs = periodMs * FIRST_DELTA;; waitMs = periodMs) {
      await clock.sleep(waitMs, end);
      if (end.aborted) return;
      // What is not taken now only gets larger, not more.
      if (hasRoom("delta")) this.#sendDelta();
    }
  }

  #flush(): void {
    const rest = this.#samples.rest();
    if (rest.length > 0) this.#post({ kind: "samples", batch: rest });
    do this.#sendDelta(); while (this.#encoder.pending);
  }

  #sendDelta(): void {
    const status = sumStatuses(this.#shards.statuses());
    this.#post({ kind: "delta", status, metrics: this.#encoder.encode() });
  }

  #passSamples(index: number, batch: Uint8Array): void {
    if (this.#options.hasRoom("samples")) {
      this.#post({ kind: "samples", batch: this.#samples.add(index, batch) });
      return;
    }
    this.#samples.discard(index, batch);
    this.#options.left();
  }

  async #onLost(reason: string): Promise<void> {
    if (this.#lost || this.#over.signal.aborted) return;
    this.#lost = true;
    for (const shard of this.#shards.live) {
      shard.call("stop", { now: true }, Infinity).catch(() => {});
    }
    const late = new AbortController();
    await Promise.race([this.#load, this.#options.clock.sleep(END_MS, late.signal)]);
    late.abort();
    if (this.#over.signal.aborted) return;
    this.#flush();
    this.#options.lost(reason);
  }

  #post(event: ShardEvent): void {
    if (!this.#over.signal.aborted) this.#options.post(event);
  }
}

/** The options of one of `count` equal shares: limits become its part. */
function shareOf(options: RunOptions, count: number): RunOptions {
  const { rps } = options.client;
  if (rps === undefined || count === 1) return options;
  return { ...options, client: { ...options.client, rps: rps / count } };
}
