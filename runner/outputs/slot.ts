import { describeError, formatDuration } from "../../internal/mod.ts";
import type { SampleBatch } from "../../metrics/mod.ts";
import type { Clock } from "../clock.ts";
import type { OutputLimits, OutputMoment, RunInfo, RunOutput } from "../output.ts";
import type { LogEntry, OutputReport, RunResult } from "../result.ts";
import { Delivery, OUTPUT_LIMITS } from "./delivery.ts";

const INTERVAL_MS = 1000;

/** One output behind its wall: nothing that it does, throws or fails to do gets out of here. */
export class OutputSlot {
  readonly output: RunOutput;
  readonly #clock: Clock;
  readonly #log: (entry: LogEntry) => void;
  readonly #limits: OutputLimits;
  readonly #delivery: Delivery;
  readonly #said = new Set<string>();
  readonly #end = new AbortController();

  constructor(output: RunOutput, clock: Clock, log: (entry: LogEntry) => void) {
    this.output = output;
    this.#clock = clock;
    this.#log = log;
    this.#limits = { ...OUTPUT_LIMITS, ...output.limits };
    this.#delivery = new Delivery({
      send: async (payload, signal) => await output.send?.(payload, signal),
      limits: this.#limits,
      drops: output.samples ? "newest" : "oldest",
      clock,
      warn: (kind, text) => this.#warn(kind, text),
    });
  }

  /** Starts it and, from then on, its flushes. Rejects with what it rejects with, or a time limit. */
  async start(info: RunInfo, moment: () => OutputMoment): Promise<void> {
    const { sendMs } = this.#limits;
    const late = Symbol();
    const started = Promise.resolve(this.output.start?.(info));
    if (await this.#within(sendMs, started, late) === late) {
      throw new Error(`it did not start within ${formatDuration(sendMs)}`);
    }
    if (this.output.flush !== undefined) this.#flushRegularly(moment);
  }

  /** Whether the run has failed by what it could not write so far. */
  get failed(): boolean {
    return this.output.lossFails === true && this.#delivery.counts.errors > 0;
  }

  addSamples(batch: SampleBatch): void {
    if (this.output.addSamples === undefined) return;
    if (this.#delivery.full) {
      this.#delivery.drop(batch.length);
      const { queueBytes } = this.#limits;
      return this.#warn("full", `its queue of ${queueBytes} bytes is full: samples are dropped`);
    }
    this.#guard(() => this.output.addSamples!(batch, this.#delivery));
  }

  /** Last flush, the result, what still waits, `close`; within `stopMs` each of the two. */
  async stop(
    moment: OutputMoment,
    result: RunResult | null,
    lost: number,
    mostMs: number,
  ): Promise<OutputReport> {
    const stopMs = Math.min(this.#limits.stopMs, mostMs);
    this.#end.abort();
    this.#guard(() => this.output.flush?.(moment, this.#delivery));
    this.#guard(() => this.output.finish?.(result, this.#delivery));
    await this.#delivery.finish(stopMs);
    await this.close(stopMs);
    if (this.output.samples) this.#delivery.drop(lost);
    const counts = this.#delivery.counts;
    if (counts.dropped > 0) {
      this.#warn("dropped", `${counts.dropped} samples not written${whyOf(counts)}`);
    }
    return { name: this.output.name, ...counts };
  }

  /** Closes it; what goes wrong is an error like others. */
  async close(limitMs: number): Promise<void> {
    this.#end.abort();
    const late = Symbol();
    try {
      const closed = Promise.resolve(this.output.close?.());
      if (await this.#within(limitMs, closed, late) !== late) return;
      throw new Error(`it did not close within ${formatDuration(limitMs)}`);
    } catch (error) {
      this.#delivery.fail(error, "");
    }
  }

  /** Ends it before anything was sent. */
  async abandon(): Promise<void> {
    await this.#delivery.finish(0);
    await this.close(this.#limits.stopMs);
  }

  async #flushRegularly(moment: () => OutputMoment): Promise<void> {
    const end = this.#end.signal;
    for (;;) {
      await this.#clock.sleep(this.output.intervalMs ?? INTERVAL_MS, end);
      if (end.aborted) return;
      this.#guard(() => this.output.flush!(moment(), this.#delivery));
    }
  }

  #guard(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#delivery.fail(error, "");
    }
  }

  async #within<T, L>(limitMs: number, work: Promise<T>, late: L): Promise<T | L> {
    const timer = new AbortController();
    work.catch(() => {});
    try {
      return await Promise.race([
        work,
        this.#clock.sleep(limitMs, timer.signal).then(() => late),
      ]);
    } finally {
      timer.abort();
    }
  }

  #warn(kind: string, text: string): void {
    if (this.#said.has(kind)) return;
    this.#said.add(kind);
    this.#log({ level: "warn", text: `output ${this.output.name}: ${text}`, source: "run" });
  }
}

function whyOf({ errors, firstError }: { errors: number; firstError: string | null }): string {
  if (firstError === null) return "";
  return ` (${errors === 1 ? "1 error" : `${errors} errors, the first`}: ${firstError})`;
}

/** Why an output could not be started, for people. */
export function startProblem(output: RunOutput, error: unknown): string {
  return `Output ${output.name} can't start: ${describeError(error)}`;
}
