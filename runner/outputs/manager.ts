import { ExitCode } from "../../internal/mod.ts";
import type { Registry, SampleBatch } from "../../metrics/mod.ts";
import type { Clock } from "../clock.ts";
import type { OutputMoment, RunInfo, RunOutput } from "../output.ts";
import type { LogEntry, OutputReport, RunResult } from "../result.ts";
import { RunError } from "../run_error.ts";
import { OutputSlot, startProblem } from "./slot.ts";

/** How long outputs have at the end of a run that is to end at once. */
const KILLED_MS = 1000;

/** What outputs need of the run. */
export interface OutputSource {
  readonly metrics: Registry;
  /** Since the start of the load, milliseconds; 0 before. */
  elapsedMs(): number;
  log(entry: LogEntry): void;
  readonly clock: Clock;
}

/** The outputs of a run, side by side: what one does or fails to do, the others don't notice. */
export class OutputManager {
  readonly #slots: readonly OutputSlot[];
  readonly #takers: readonly OutputSlot[];
  readonly #source: OutputSource;
  #reports: Promise<OutputReport[]> | null = null;

  constructor(outputs: readonly RunOutput[], source: OutputSource) {
    this.#source = source;
    this.#slots = outputs.map((output) =>
      new OutputSlot(output, source.clock, (entry) => source.log(entry))
    );
    this.#takers = this.#slots.filter(({ output }) => output.samples);
  }

  /**
   * Starts all of them.
   *
   * @throws {RunError} `output_start`, after those that did start were closed
   */
  async start(info: Omit<RunInfo, "id" | "startedAt">): Promise<void> {
    const all = { ...info, id: crypto.randomUUID(), startedAt: this.#source.clock.now() };
    const moment = () => this.#moment(false);
    const outcomes = await Promise.allSettled(this.#slots.map((slot) => slot.start(all, moment)));
    const failed = outcomes.findIndex(({ status }) => status === "rejected");
    if (failed < 0) return;
    this.#reports = Promise.resolve([]);
    await Promise.all(this.#slots.map((slot) => slot.abandon()));
    const { reason } = outcomes[failed] as PromiseRejectedResult;
    const text = startProblem(this.#slots[failed]!.output, reason);
    throw new RunError("output_start", text, ExitCode.failed, reason);
  }

  /** Whether the run has failed by what an output could not write so far. */
  get failed(): boolean {
    return this.#slots.some((slot) => slot.failed);
  }

  /** Hands samples to the outputs that take them. */
  addSamples(batch: SampleBatch): void {
    for (const slot of this.#takers) slot.addSamples(batch);
  }

  /**
   * Ends all of them; never rejects, and takes no longer than their limits. A second call does
   * nothing more.
   *
   * @param result null when the run has none
   * @param lost samples that shards could not send
   * @param killed when it is to be over soon
   */
  stop(result: RunResult | null, lost: number, killed: boolean): Promise<OutputReport[]> {
    const mostMs = killed ? KILLED_MS : Infinity;
    return this.#reports ??= Promise.all(
      this.#slots.map((slot) => slot.stop(this.#moment(true), result, lost, mostMs)),
    );
  }

  #moment(final: boolean): OutputMoment {
    const { metrics, clock } = this.#source;
    return { metrics, elapsedMs: this.#source.elapsedMs(), time: clock.now(), final };
  }
}
