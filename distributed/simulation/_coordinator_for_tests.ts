import { DeltaDecoder, Registry } from "../../metrics/mod.ts";
import { parseOptions, type RunOptions, type Segment } from "../../runner/mod.ts";
import {
  Shard,
  type ShardCalls,
  type ShardHooks,
  type ShardSource,
  split,
  WHOLE,
} from "../../runner/remote/mod.ts";
import { describeError, ExitCode } from "../../internal/mod.ts";
import type { PoolRun } from "../run/conduct.ts";
import { PART, SAMPLES, VALUES } from "./_fake_shards_for_tests.ts";
import type { Machine } from "./_machine_for_tests.ts";
import type { Schedule } from "./_schedule_for_tests.ts";

/** How long a call may take that is no load, and how much longer than planned a load may. */
const CALL_MS = 120_000;
const SLACK_MS = 15_000;
/** Time between the word to start and the start. */
const LEAD_MS = 500;
/** How often parts are told something live. */
const TELL_MS = 700;
/** How often the work of one part may be given to another. */
const MAX_TRIES = 3;

/** What a coordinator has of a part. */
export interface PartResult {
  readonly index: number;
  readonly agent: string;
  /** The lost part that it stands in for, or null. */
  readonly instead: number | null;
  readonly lostReason: string | null;
  /** Whether another one does what is left of its work. */
  readonly relieved: boolean;
  /** Samples that came, by each of the metrics, and by the totals that came with them. */
  readonly samples: number;
  readonly values: number;
  readonly completed: number;
  /** Numbers of the lines that came. */
  readonly lines: readonly number[];
  /** When it began, as it tells, by the common clock; and how far that may be off. */
  readonly startedAt: number | null;
  readonly clockErrorMs: number | null;
  readonly missing: number;
  readonly lost: number;
}

/** How it ended for a coordinator. */
export interface CoordinatorResult {
  readonly name: string;
  /** `failed`: before its load. */
  readonly how: "ended" | "failed" | "fenced";
  readonly error: string | null;
  readonly exitCode: number;
  readonly complete: boolean;
  readonly parts: readonly PartResult[];
}

interface Driven {
  readonly shard: Shard;
  readonly instead: number | null;
  readonly metrics: Registry;
  readonly lines: number[];
  joined: boolean;
  relieved: boolean;
  /** What its metrics and totals say of each other. */
  torn: string | null;
}

/**
 * Runs a run of a pool as the runner's own coordinator does, only by another clock than the
 * machine's: everything between the calls of shards and the bus is the real thing.
 */
export async function coordinate(
  run: PoolRun,
  { clock, name, offsetMs }: Pick<Machine, "clock" | "name" | "offsetMs">,
  schedule: Schedule,
  /** Number by which parts know whose live commands come. */
  epoch: () => number,
  agreed: (startAt: number) => void,
): Promise<CoordinatorResult> {
  const { starter, startBarrier, parts: wanted, onLoss } = run.request;
  const options = optionsOf(schedule);
  const segments: readonly Segment[] = wanted!.count === 1 ? [WHOLE] : split(WHOLE, wanted!.count);
  const source: ShardSource = {
    kind: "script",
    bundle: { entry: "/load.ts", code: "", map: '{"version":3,"sources":[],"mappings":""}' },
  };
  const parts: Driven[] = [];
  let phase: "before" | "load" | "after" = "before";
  let startedAt = 0;
  let exitCode = 0;
  let stopping = false;
  const loads = new Set<Promise<unknown>>();
  const ended = new AbortController();

  const add = (instead: number | null): Driven => {
    const index = parts.length;
    const metrics = new Registry();
    const decoder = new DeltaDecoder(metrics);
    const lines: number[] = [];
    const hooks: ShardHooks = {
      delta: (_shard, { counts }, bytes) => {
        decoder.apply(bytes);
        const { samples, values } = sumsOf(metrics);
        if (samples === values && samples === counts.completed) return;
        part.torn ??= `${samples} samples, ${values} values, ${counts.completed} completed`;
      },
      log: ({ source, text }) => {
        if (source === "script") lines.push(Number(text.split(" ", 2)[1]));
      },
      lost: (_shard, reason) => onLost(index, reason),
      ...{ samples: () => {}, failures: () => {}, abort: () => {}, fail: () => {} },
    };
    const part: Driven = {
      shard: new Shard(index, starter!, hooks, [], instead),
      ...{ instead, metrics, lines, joined: instead === null, relieved: false, torn: null },
    };
    parts.push(part);
    return part;
  };
  const origin = (index: number): number => {
    const { instead } = parts[index]!;
    return instead === null ? index : origin(instead);
  };
  const call = <K extends keyof ShardCalls>(
    { shard }: Driven,
    what: K,
    args: ShardCalls[K]["args"],
    limitMs: number = CALL_MS,
  ) => within(clock, limitMs, `${what} of part ${shard.index}`, shard.call(what, args, Infinity));
  const load = (part: Driven) =>
    call(part, "load", {
      ...{ source, env: { [PART]: String(part.shard.index) }, images: [], samples: false },
      ...{ secrets: { sources: {}, default: null }, heartbeatMs: 250, deltaMs: schedule.deltaMs },
    });
  const prepare = (part: Driven) =>
    call(part, "prepare", { options, segment: segments[origin(part.shard.index)]! });
  const start = (part: Driven, joinAt: number | null) => {
    part.joined = true;
    const args = { startAt: startedAt, sentAt: clock.now(), data: null, joinAt };
    const work = call(part, "start", args, schedule.loadMs + SLACK_MS + LEAD_MS)
      .catch((error: unknown) => {
        if (part.shard.live) part.shard.lose(`part ${part.shard.index}: ${describeError(error)}`);
      })
      .finally(() => loads.delete(work));
    loads.add(work);
  };
  const stop = () => {
    stopping = true;
    for (const part of parts) {
      if (part.shard.live) part.shard.call("stop", { now: true }, Infinity).catch(() => {});
    }
  };
  const tries = new Map<number, number>();
  const replace = async (lost: Driven) => {
    const first = origin(lost.shard.index);
    tries.set(first, (tries.get(first) ?? 0) + 1);
    if (tries.get(first)! > MAX_TRIES || clock.now() > startedAt + schedule.loadMs) {
      exitCode = ExitCode.shardLost;
      return;
    }
    let part: Driven;
    try {
      part = add(lost.shard.index);
    } catch {
      exitCode = ExitCode.shardLost; // No agent is left for it.
      return;
    }
    try {
      await load(part);
      await prepare(part);
    } catch (error) {
      if (part.shard.live) part.shard.lose(describeError(error));
      return;
    }
    if (phase !== "load" || stopping) {
      exitCode = ExitCode.shardLost;
      return;
    }
    for (let instead: number | null = lost.shard.index; instead !== null;) {
      const before: Driven = parts[instead]!;
      before.relieved = before.joined;
      if (before.joined) break;
      instead = before.instead;
    }
    start(part, clock.now() + LEAD_MS);
  };
  function onLost(index: number, _reason: string): void {
    if (phase !== "load") {
      if (phase === "after") exitCode = ExitCode.shardLost;
      return;
    }
    if (onLoss === "redistribute") {
      const work = replace(parts[index]!).finally(() => loads.delete(work));
      loads.add(work);
      return;
    }
    exitCode = ExitCode.shardLost;
    if (onLoss === "abort") stop();
  }
  /** Tells parts something live, again and again: agents write down whose word they hear. */
  const tell = async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(TELL_MS, ended.signal);
      for (const { shard } of parts) {
        if (!shard.live || ended.signal.aborted) continue;
        const args = { action: "vus" as const, scenario: "load", vus: epoch() };
        shard.call("control", args, Infinity).catch(() => {});
      }
    }
  };
  const result = (how: CoordinatorResult["how"], error: string | null): CoordinatorResult => {
    const found = parts.map(({ shard, instead, relieved, metrics, lines, torn }): PartResult => {
      const { samples, values } = sumsOf(metrics);
      const { info } = shard;
      return {
        ...{ index: shard.index, agent: info?.agent ?? "", instead, relieved, samples, values },
        ...{ lines, clockErrorMs: info?.clockErrorMs ?? null },
        startedAt: typeof info?.startedAt === "number" ? info.startedAt - offsetMs : null,
        lostReason: torn === null ? shard.lostReason : `torn: ${torn}`,
        completed: shard.status?.counts.completed ?? 0,
        missing: info?.missing ?? 0,
        lost: info?.lost ?? 0,
      };
    });
    const missing = found.some(({ missing }) => missing > 0);
    if (missing && exitCode === 0) exitCode = ExitCode.shardLost;
    const complete = how === "ended" && !missing &&
      parts.every(({ shard, relieved, joined }) =>
        shard.lostReason === null || relieved || !joined
      );
    return { name, how, error, exitCode, complete, parts: found };
  };

  try {
    for (let n = 0; n < wanted!.count; n++) add(null);
    await Promise.all(parts.map(load));
    await Promise.all(parts.map(prepare));
    startedAt = await startBarrier!(clock.now() + LEAD_MS);
    agreed(startedAt);
    phase = "load";
    tell();
    for (const part of [...parts]) {
      if (part.shard.lostReason !== null) onLost(part.shard.index, part.shard.lostReason);
      else start(part, null);
    }
    while (loads.size > 0) await Promise.all(loads);
    phase = "after";
    ended.abort();
    const [first] = parts.filter(({ shard }) => shard.live);
    if (first !== undefined) await call(first, "teardown", { data: null }).catch(() => {});
    const how = run.fenced.aborted ? "fenced" : "ended";
    const found = result(how, null);
    await Promise.all(parts.map(({ shard }) => shard.close()));
    await run.end(found);
    return run.fenced.aborted ? { ...found, how: "fenced" } : found;
  } catch (error) {
    ended.abort();
    exitCode = ExitCode.failed;
    const found = result(run.fenced.aborted ? "fenced" : "failed", describeError(error));
    await Promise.all(parts.map(({ shard }) => shard.close()));
    await run.end(null).catch(() => {});
    return found;
  }
}

function optionsOf({ loadMs }: Schedule): RunOptions {
  return parseOptions({ vus: 64, duration: `${loadMs}ms` }, {});
}

function sumsOf(metrics: Registry): { samples: number; values: number } {
  const samples = metrics.select(SAMPLES.name);
  const values = metrics.select(VALUES.name);
  return {
    samples: samples?.type === "counter" ? samples.total : 0,
    values: values?.type === "trend" ? values.histogram.count : 0,
  };
}

async function within<T>(
  clock: Machine["clock"],
  ms: number,
  what: string,
  work: Promise<T>,
): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([
      work,
      clock.sleep(ms, over.signal).then(() => {
        throw new Error(`${what} took longer than ${ms} ms`);
      }),
    ]);
  } finally {
    over.abort();
  }
}
