import { Registry, type SampleBatch, SampleDecoder, SampleStream } from "../../metrics/mod.ts";
import { FakeClock } from "../_clock_for_tests.ts";
import type { RunInfo, RunOutput } from "../output.ts";
import type { LogEntry, RunResult } from "../result.ts";
import { OutputManager } from "./manager.ts";

const decoder = new TextDecoder();

/** A manager on a clock of its own, and what it logged. */
export function managed(...outputs: RunOutput[]) {
  const clock = new FakeClock(1_000_000);
  const log: LogEntry[] = [];
  const metrics = new Registry();
  const source = {
    metrics,
    elapsedMs: () => clock.now() - 1_000_000,
    log: (entry: LogEntry) => void log.push(entry),
    clock,
  };
  return { clock, log, metrics, manager: new OutputManager(outputs, source) };
}

/** What a run says of itself at its start; outputs under test here read none of it. */
export const INFO = { name: "load.ts", shards: 1 } as RunInfo;

/** A result that outputs under test here hand on unread. */
export const RESULT = { name: "load.ts" } as RunResult;

/** A server that outputs bring payloads to, and that can be down, slow or hung. */
export class FakeServer {
  readonly got: string[] = [];
  attempts = 0;
  state: "up" | "down" | "hung" = "up";
  delayMs = 0;

  constructor(readonly clock: () => FakeClock) {}

  readonly send = async (payload: Uint8Array, signal: AbortSignal): Promise<void> => {
    this.attempts++;
    if (this.state === "hung") return await untilAborted(signal);
    if (this.delayMs > 0) await this.clock().sleep(this.delayMs, signal);
    if (signal.aborted) throw new Error("aborted");
    if (this.state === "down") throw new Error("connection refused");
    this.got.push(decoder.decode(payload));
  };
}

/** An output that sends one numbered payload, of one point, a second. */
export function ticking(server: FakeServer, given: Partial<RunOutput> = {}): RunOutput {
  let n = 0;
  const encoder = new TextEncoder();
  return {
    name: "ticks",
    flush: (_moment, outbox) => outbox.put(encoder.encode(`${n++}`.padStart(10, "0")), 1),
    send: server.send,
    ...given,
  };
}

/** The numbers that a ticking output brought to a server. */
export function numbers({ got }: FakeServer): number[] {
  return got.map(Number);
}

/** A batch of `count` samples, as a shard sends it. */
export function batchOf(count: number): SampleBatch {
  const registry = new Registry();
  const taken: Uint8Array[] = [];
  const stream: SampleStream = new SampleStream(registry, { now: () => 0, onFull: () => {} });
  const sink = registry.sink({ name: "m", type: "trend", contains: "default" }, registry.tags);
  for (let i = 0; i < count; i++) sink.add(i);
  taken.push(stream.take());
  return new SampleDecoder(new Registry()).decode(taken[0]!);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
  });
}
