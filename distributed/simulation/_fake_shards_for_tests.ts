import { DeltaEncoder, type Metric, Registry } from "../../metrics/mod.ts";
import {
  noIterations,
  type ShardCommand,
  type ShardEvent,
  type ShardStarter,
  type ShardStatus,
} from "../../runner/remote/mod.ts";
import type { Machine } from "./_machine_for_tests.ts";
import type { Schedule } from "./_schedule_for_tests.ts";
import type { PartTruth, Truth } from "./_truth_for_tests.ts";

/** What shards count: each sample is one of both. */
export const SAMPLES: Metric = { name: "samples", type: "counter", contains: "default" };
export const VALUES: Metric = { name: "values", type: "trend", contains: "default" };
/** Environment of the script: which part of the run it is. */
export const PART = "PART";

/** Calls that a part makes once, whoever commands it. */
const ONCE: ReadonlySet<string> = new Set(["load", "prepare", "start", "teardown"]);
/** Samples between two deltas, at most, and the longest line of a chatty shard. */
const MOST_SAMPLES = 20;
const LINE_BYTES = 60_000;

/** Shards without a script: samples by the clock of their machine, and what they are told is written down. */
export function fakeShards(
  truth: Truth,
  { machine, schedule, random, alive }: {
    readonly machine: Machine;
    readonly schedule: Schedule;
    readonly random: () => number;
    /** Told how to have a shard die. */
    alive(die: () => void): void;
  },
): ShardStarter {
  return (index, on) => {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    const over = new AbortController();
    const post = (event: ShardEvent) => {
      if (!over.signal.aborted && !machine.dead) on(event);
    };
    const end = (reason: string) => {
      over.abort();
      resolve(reason);
    };
    alive(() => end("it was killed from outside"));
    const shard = fakeShard({
      ...{ name: `${machine.name}/${index}`, machine, schedule, random, truth, post },
      signal: over.signal,
    });
    return {
      label: "",
      separate: false,
      send: (command) => queueMicrotask(() => void shard(structuredClone(command))),
      kill: () => end("it was killed"),
      close: () => Promise.resolve(end("it was closed")),
      ended,
    };
  };
}

interface FakeShard {
  readonly name: string;
  readonly machine: Machine;
  readonly schedule: Schedule;
  readonly random: () => number;
  readonly truth: Truth;
  readonly post: (event: ShardEvent) => void;
  readonly signal: AbortSignal;
}

function fakeShard(shard: FakeShard): (command: ShardCommand) => Promise<void> {
  const { name, machine, truth, post, signal } = shard;
  const stop = new AbortController();
  let part: PartTruth | null = null;

  return async (command) => {
    if (machine.dead || signal.aborted) return;
    const { id, call } = command;
    if (call === "load") part = truth.part(Number(command.args.env[PART]));
    if (part === null) throw new Error(`${call} before load`);
    const what = `${name} ${call}`;
    if (ONCE.has(call)) part.executed.set(what, (part.executed.get(what) ?? 0) + 1);
    let value: unknown = null;
    if (call === "load") {
      value = { options: {}, exports: [], functions: [], metrics: [], shared: [] };
    } else if (call === "control" && command.args.action === "vus") {
      part.epochs.push(command.args.vus);
    } else if (call === "stop") stop.abort();
    else if (call === "start") {
      const { startAt, joinAt } = command.args;
      part.startedMeasured = part.measured;
      part.startAt.push(startAt - machine.offsetMs);
      if (joinAt !== null) part.joined = true;
      await machine.clock.sleep((joinAt ?? startAt) - machine.clock.now(), signal);
      if (signal.aborted) return;
      part.beganAt.push(machine.clock.now() - machine.offsetMs);
      await load(shard, part, startAt, AbortSignal.any([stop.signal, signal]));
    }
    post({ kind: "answer", id, value });
  };
}

/** Emits samples until the end of the load, and what is left then. */
async function load(
  { machine, schedule, random, post, name }: FakeShard,
  part: PartTruth,
  startAt: number,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = machine;
  const metrics = new Registry();
  const encoder = new DeltaEncoder(metrics);
  const samples = metrics.sink(SAMPLES, metrics.tags);
  const values = metrics.sink(VALUES, metrics.tags);
  let count = 0;
  const emit = () => {
    if (machine.dead) return;
    const more = Math.floor(random() * MOST_SAMPLES);
    for (let n = 0; n < more; n++) {
      samples.add(1);
      values.add(Math.floor(random() * 1000));
    }
    count += more;
    part.samples += more;
    post({ kind: "delta", status: statusOf(count), metrics: encoder.encode() });
    if (!schedule.chatty) return;
    part.lines++;
    const text = `${name} ${part.lines} `.padEnd(LINE_BYTES, ".");
    post({ kind: "log", entry: { level: "info", text, source: "script" } });
  };
  const endAt = startAt + schedule.loadMs;
  while (!signal.aborted && clock.now() < endAt) {
    await clock.sleep(Math.min(schedule.deltaMs, endAt - clock.now()), signal);
    emit();
  }
}

function statusOf(completed: number): ShardStatus {
  return {
    counts: { ...noIterations(), planned: completed, started: completed, completed },
    open: { started: 0, dropped: 0, waited: 0 },
    vus: { active: 1, peak: 1, existing: 1 },
    ...{ lateness: [], cpuMs: 0, loadCpuMs: 0, lag: [] },
  };
}
