import { cpuUsage } from "node:process";
import { systemClock } from "./clock.ts";
import { ExitCode, redactData, redactError } from "../internal/mod.ts";
import { initialize, type Plan } from "./init.ts";
import { callSetup, callSummary, callTeardown } from "./lifecycle_calls.ts";
import { LiveControl } from "./live_control.ts";
import { makeResult } from "./make_result.ts";
import type { RunOptions } from "./options/types.ts";
import type { OutputManager } from "./outputs/mod.ts";
import { Outcome } from "./outcome.ts";
import { knownLengthMs } from "./plan.ts";
import type { RunProgress, RunResult } from "./result.ts";
import {
  redactedFiles,
  redactedLog,
  redactedResult,
  redacting,
  type Redaction,
} from "./redaction.ts";
import { nameOf, type RunEvents, type RunRequest, type RunStatus } from "./request.ts";
import { RunError } from "./run_error.ts";
import { leadOf, runLoad } from "./run_load.ts";
import { startOutputs } from "./start_outputs.ts";
import { starterOf } from "./starter.ts";
import type { Shard } from "./shard/mod.ts";
import { ShardGroup } from "./shard_group.ts";
import { abortingRule, type CompiledRule, judgeThresholds } from "./thresholds.ts";
import { type RunTuning, tuningOf } from "./_tuning.ts";

/** One run, from loading the script to its result. */
export class Coordinator {
  /** Pauses it, sets its VUs and rates. */
  readonly control: LiveControl;
  readonly #request: RunRequest;
  readonly #events: RunEvents;
  readonly #tuning: RunTuning;
  readonly #group: ShardGroup;
  readonly #outcome: Outcome;
  readonly #redaction: Redaction;
  readonly #cpuBefore = cpuUsage();
  #outputs: OutputManager | null = null;
  #phase: RunProgress["phase"] = "init";
  #options: RunOptions | null = null;
  #rules: readonly CompiledRule[] = [];
  #startedAt = 0;
  #endedAt = 0;
  #stopped = false;
  #killed = false;
  /** What the loss of a shard leads to while the load goes on. */
  #lost: ((shard: Shard, reason: string) => void) | null = null;
  /** Why the script ended the run before its load. */
  #abortedFor: string | null = null;

  constructor(request: RunRequest, events: RunEvents, tuning: Partial<RunTuning>) {
    this.#request = request;
    this.#tuning = { ...tuningOf(request), ...tuning };
    this.#redaction = redacting(request, this.#tuning.starter ?? starterOf(request));
    const { redact, starter } = this.#redaction;
    this.#events = events = { ...events, log: redactedLog(events.log, redact) };
    this.#outcome = new Outcome((entry) => events.log?.(entry));
    this.#group = new ShardGroup(starter, {
      redact,
      log: (entry) => events.log?.(entry),
      abort: (reason) => this.#abort(`The script ended the run: ${reason}`, ExitCode.aborted),
      fail: (reason) =>
        this.#outcome.fail(`The script failed the run: ${reason}`, ExitCode.failedByScript),
      lost: (shard, reason) => {
        if (this.#startedAt === 0 || this.#killed) return;
        if (this.#lost !== null) this.#lost(shard, reason);
        else this.#outcome.fail(reason, ExitCode.shardLost);
      },
      samples: request.outputs?.some(({ samples }) => samples)
        ? (batch) => this.#outputs?.addSamples(batch)
        : null,
      far: request.starter !== undefined,
      opens: request.setup.opens ?? [],
    });
    this.control = new LiveControl({
      group: this.#group,
      phase: () => this.#endedAt > 0 && this.#phase === "running" ? "ended" : this.#phase,
      options: () => this.#options,
      now: () => systemClock.now(),
      elapsedMs: () => this.#elapsedMs(),
      answerMs: this.#tuning.initMs,
      changed: () => this.#report(),
      before: request.control ?? null,
      keep: request.controlled?.bind(request) ?? null,
    });
  }

  /** Runs it; called once. */
  async run(): Promise<RunResult> {
    try {
      const plan = await this.#init();
      await this.#held();
      const data = await this.#setup(plan);
      await this.#held();
      await this.#load(plan, data);
      if (!this.#killed) await this.#teardown(plan, data);
      return await this.#finish(plan);
    } catch (error) {
      redactError(error, this.#redaction.redact);
      throw this.#startedAt > 0 ? error : this.#earlyEnd() ?? error;
    } finally {
      await this.#outputs?.stop(null, this.#group.samplesLost, this.#killed);
      await this.#group.close();
      this.#redaction.end();
    }
  }

  /** See `RunHandle.stop`. */
  stop(exitCode: number = ExitCode.signal): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#outcome.exit(exitCode);
    this.control.release();
    if (this.#startedAt === 0) this.#group.kill();
    else this.#endLoad(false);
  }

  /** See `RunHandle.kill`. */
  kill(): void {
    this.#stopped = true;
    this.#killed = true;
    this.#outcome.exit(ExitCode.signal);
    this.control.release();
    this.#group.kill();
  }

  /** See `RunHandle.status`. */
  status(): RunStatus {
    const { metrics: _, ...progress } = this.#progress();
    const thresholds = judgeThresholds(this.#rules, this.#group.metrics, progress.elapsedMs);
    const { exitCode } = this.#outcome;
    const { steered } = this.control;
    return { ...progress, stopped: this.#stopped, exitCode, thresholds, steered };
  }

  async #init(): Promise<Plan> {
    this.#enter("init");
    const plan = await initialize(this.#request, this.#group, this.#tuning);
    this.#options = plan.options;
    this.#rules = plan.rules;
    this.#events.planned?.(redactData(plan.options, this.#redaction.redact));
    if (plan.options.paused && this.#request.control === undefined) await this.control.pause();
    this.#outputs = await startOutputs(this.#request, {
      ...{ options: plan.options, group: this.#group, redact: this.#redaction.redact },
      elapsedMs: () => this.#elapsedMs(),
      log: (entry) => this.#events.log?.(entry),
    });
    return plan;
  }

  /** Waits while the run is paused; rejects if it is not to go on. */
  async #held(): Promise<void> {
    await this.control.released();
    const end = this.#earlyEnd();
    if (end !== null) throw end;
  }

  /** What the run ends by before its load, where somebody wanted it to. */
  #earlyEnd(): RunError | null {
    if (this.#abortedFor !== null) {
      return new RunError("run_aborted", this.#abortedFor, ExitCode.aborted);
    }
    if (!this.#stopped) return null;
    const text = "The run was stopped before its load began";
    return new RunError("run_stopped", text, this.#outcome.exitCode);
  }

  async #setup({ options, functions }: Plan): Promise<string | null> {
    if (options.noSetup || !functions.includes("setup")) return null;
    this.#enter("setup");
    return await callSetup(this.#group.all[0]!, options);
  }

  async #load(plan: Plan, data: string | null): Promise<void> {
    const leadMs = leadOf(this.#request, this.#group.all.length);
    this.#startedAt = await this.#agree(systemClock.now() + leadMs);
    this.control.begin();
    this.#enter("running");
    await runLoad({
      ...{ plan, data, leadMs, startedAt: this.#startedAt, control: this.control },
      ...{ request: this.#request, tuning: this.#tuning, group: this.#group },
      now: () => systemClock.now(),
      elapsedMs: () => this.#elapsedMs(),
      wanted: () => this.#phase === "running" && !this.#killed,
      tick: () => this.#tick(),
      judge: () => this.#judge(plan.rules),
      onLoss: (lost) => this.#lost = lost,
      log: (text) => this.#events.log?.({ level: "warn", text, source: "run" }),
      fail: (reason, code) => this.#outcome.fail(reason, code),
      abort: (reason, code) => {
        this.#outcome.fail(reason, code);
        if (this.#phase === "running") this.#endLoad(true);
      },
    });
    this.#endedAt = systemClock.now();
    this.control.release();
  }

  /** When the load begins, as all machines agree; rejects if it is not to begin any more. */
  async #agree(proposed: number): Promise<number> {
    if (this.#request.startBarrier === undefined) return proposed;
    const startAt = await this.#request.startBarrier(proposed);
    const end = this.#earlyEnd();
    if (end !== null) throw end;
    return startAt;
  }

  async #teardown({ options, functions }: Plan, data: string | null): Promise<void> {
    if (options.noTeardown || !functions.includes("teardown")) return;
    this.#enter("teardown");
    const { initSilenceMs } = this.#tuning;
    const failure = await callTeardown(this.#group.live[0], options, data, initSilenceMs);
    if (failure !== null && !this.#killed) this.#outcome.fail(failure.text, failure.code);
  }

  async #finish(plan: Plan): Promise<RunResult> {
    const made = makeResult({
      name: nameOf(this.#request),
      plan,
      group: this.#group,
      control: this.control,
      outcome: this.#outcome,
      startedAt: this.#startedAt,
      durationMs: this.#elapsedMs(),
      cpuBefore: this.#cpuBefore,
    });
    const result = redactedResult(made, this.#redaction.redact);
    const { samplesLost } = this.#group;
    result.outputs = await this.#outputs?.stop(result, samplesLost, this.#killed) ?? [];
    if (this.#outputs?.failed) this.#outcome.exit(ExitCode.failed);
    if (plan.functions.includes("handleSummary") && !this.#killed) {
      result.handleSummary = await this.#summarize(result);
    }
    result.exitCode = this.#outcome.exitCode;
    return result;
  }

  async #summarize(result: RunResult): Promise<Record<string, string> | null> {
    const { files, failure } = await callSummary(
      this.#group.live[0],
      result.options,
      () => this.#request.summaryData?.({ ...result, exitCode: this.#outcome.exitCode }),
      this.#tuning.initSilenceMs,
    );
    if (failure !== null && !this.#killed) this.#outcome.fail(failure.text, failure.code);
    return redactedFiles(files, this.#redaction.redact);
  }

  #tick(): void {
    const { active, existing } = this.#group.vus();
    if (this.#options !== null && existing > 0) {
      this.#group.recordVUs(this.#options, active, existing);
    }
    this.#report();
  }

  #judge(rules: readonly CompiledRule[]): void {
    const failed = abortingRule(rules, this.#group.metrics, this.#elapsedMs());
    if (failed === null || this.#phase !== "running") return;
    const rule = `${failed.metric} ${failed.expression}`;
    this.#abort(`Threshold ${rule} ended the run`, ExitCode.thresholds);
  }

  #abort(reason: string, code: number): void {
    if (this.#phase === "stopping") return;
    if (this.#startedAt === 0) {
      this.#abortedFor = reason;
      return;
    }
    this.#outcome.fail(reason, code);
    this.#endLoad(true);
  }

  #endLoad(now: boolean): void {
    if (this.#phase !== "running" && this.#phase !== "stopping") return;
    this.#enter("stopping");
    this.control.release();
    for (const shard of this.#group.live) {
      shard.call("stop", { now }, this.#tuning.initMs).catch(() => {});
    }
  }

  #enter(phase: RunProgress["phase"]): void {
    this.#phase = phase;
    this.#report();
  }

  /** Since the start of the load, without pauses; 0 before. */
  #elapsedMs(): number {
    if (this.#startedAt === 0) return 0;
    const now = this.#endedAt > 0 ? this.#endedAt - this.control.lostMs : this.control.loadNow();
    return Math.max(0, now - this.#startedAt);
  }

  #report(): void {
    this.#events.progress?.(this.#progress());
  }

  #progress(): RunProgress {
    const { active, existing } = this.#group.vus();
    return {
      phase: this.#phase,
      paused: this.control.paused,
      elapsedMs: this.#elapsedMs(),
      totalMs: this.#options === null ? null : knownLengthMs(this.#options),
      vus: active,
      vusMax: existing,
      iterations: this.#group.counts(),
      shards: this.#group.views(this.#elapsedMs()),
      metrics: this.#group.metrics,
    };
  }
}
