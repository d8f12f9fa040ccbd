import { cpuUsage } from "node:process";
import { ExitCode } from "../internal/mod.ts";
import { initError, initialize, type Plan } from "./init.ts";
import { addIterations } from "./ledger.ts";
import type { RunOptions } from "./options/types.ts";
import { knownLengthMs, longestMs } from "./plan.ts";
import type { RunProgress, RunResult } from "./result.ts";
import type { RunEvents, RunRequest } from "./request.ts";
import { RunError } from "./run_error.ts";
import { ScriptError } from "./script/mod.ts";
import { inlineShards, processShards, ShardError } from "./shard/mod.ts";
import { ShardGroup } from "./shard_group.ts";
import { abortingRule, type CompiledRule, judgeThresholds } from "./thresholds.ts";
import { type RunTuning, TUNING } from "./_tuning.ts";

/** Time between the word to start and the start, when several shards must hear it. */
const START_LEAD_MS = 20;
/** One run, from loading the script to its result. */
export class Coordinator {
  readonly #request: RunRequest;
  readonly #events: RunEvents;
  readonly #tuning: RunTuning;
  readonly #group: ShardGroup;
  readonly #failures: string[] = [];
  readonly #cpuBefore = cpuUsage();
  #phase: RunProgress["phase"] = "init";
  #options: RunOptions | null = null;
  #exitCode = 0;
  #startedAt = 0;
  #endedAt = 0;
  #stopped = false;
  #killed = false;

  constructor(request: RunRequest, events: RunEvents, tuning: Partial<RunTuning>) {
    this.#request = request;
    this.#events = events;
    this.#tuning = { ...TUNING, ...tuning };
    const { shardEntry: entry, allowNet, allowRead, allowUnix, allowWrite, setup, standby } =
      request;
    const starter = this.#tuning.starter ??
      (request.inline
        ? inlineShards(setup)
        : processShards({ entry, allowNet, allowRead, allowUnix, allowWrite }, standby));
    this.#group = new ShardGroup(starter, {
      log: (entry) => events.log?.(entry),
      abort: (reason) => this.#abort(`The script ended the run: ${reason}`, ExitCode.aborted),
      lost: (_shard, reason) => this.#onLost(reason),
    });
  }

  /** Runs it; called once. */
  async run(): Promise<RunResult> {
    try {
      const plan = await this.#init();
      const data = await this.#setup(plan);
      await this.#load(plan, data);
      if (!this.#killed) await this.#teardown(plan, data);
      return await this.#finish(plan);
    } catch (error) {
      if (!this.#stopped || this.#startedAt > 0) throw error;
      throw new RunError(
        "run_stopped",
        "The run was stopped before its load began",
        ExitCode.signal,
      );
    } finally {
      await this.#group.close();
    }
  }

  /** See `RunHandle.stop`. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#exit(ExitCode.signal);
    if (this.#startedAt === 0) this.#group.kill();
    else this.#endLoad(false);
  }

  /** See `RunHandle.kill`. */
  kill(): void {
    this.#stopped = true;
    this.#killed = true;
    this.#exit(ExitCode.signal);
    this.#group.kill();
  }

  async #init(): Promise<Plan> {
    this.#enter("init");
    const plan = await initialize(this.#request, this.#group, this.#tuning);
    this.#options = plan.options;
    return plan;
  }

  async #setup({ options, functions }: Plan): Promise<string | null> {
    if (options.noSetup || !functions.includes("setup")) return null;
    this.#enter("setup");
    try {
      return await this.#group.all[0]!.call("setup", {}, options.setupTimeoutMs);
    } catch (error) {
      if (error instanceof ShardError && error.code === "shard_lost") throw initError(error);
      if (error instanceof ShardError && error.code === "shard_timeout") {
        throw new RunError("setup_timeout", error.message, ExitCode.setupTimeout, error);
      }
      throw new ScriptError("setup_threw", `Setup threw: ${messageOf(error)}`, error);
    }
  }

  async #load({ options, rules }: Plan, data: string | null): Promise<void> {
    const { silenceMs, progressMs, thresholdsMs, slackMs } = this.#tuning;
    const shards = this.#group.all;
    const lead = shards.length > 1 ? START_LEAD_MS : 0;
    this.#startedAt = Date.now() + lead;
    this.#enter("running");
    const timers = [
      setInterval(() => this.#tick(), progressMs),
      setInterval(() => this.#judge(rules), thresholdsMs),
    ];
    const limitMs = lead + longestMs(options) + slackMs;
    await Promise.all(shards.map(async (shard) => {
      shard.watch(silenceMs);
      try {
        await shard.call("start", { startAt: this.#startedAt, data }, limitMs);
      } catch (error) {
        // What it lost is in its report; only a shard that answers wrongly is still there.
        if (shard.live) shard.lose(`${shard.name} failed: ${messageOf(error)}`);
      }
    }));
    for (const timer of timers) clearInterval(timer);
    this.#endedAt = Date.now();
    const { peak } = this.#group.vus();
    if (this.#group.metrics.metric("vus") === undefined) {
      this.#group.recordVUs(options, peak, peak);
    }
  }

  async #teardown({ options, functions }: Plan, data: string | null): Promise<void> {
    if (options.noTeardown || !functions.includes("teardown")) return;
    this.#enter("teardown");
    const shard = this.#group.live[0];
    if (shard === undefined) {
      this.#fail("Teardown did not run: no shard was left", ExitCode.shardLost);
      return;
    }
    // A teardown may keep its event loop busy for as long as it has.
    shard.watch(options.teardownTimeoutMs + this.#tuning.initSilenceMs);
    try {
      await shard.call("teardown", { data }, options.teardownTimeoutMs);
    } catch (error) {
      if (this.#killed || !shard.live) return;
      const timeout = error instanceof ShardError && error.code === "shard_timeout";
      if (timeout) this.#fail(messageOf(error), ExitCode.teardownTimeout);
      else this.#fail(`Teardown threw: ${messageOf(error)}`, ExitCode.script);
    }
  }

  async #finish({ options, rules, functions }: Plan): Promise<RunResult> {
    const { metrics } = this.#group;
    const durationMs = Math.max(0, this.#endedAt - this.#startedAt);
    const shards = this.#group.reports(options, durationMs);
    const thresholds = judgeThresholds(rules, metrics, durationMs);
    if (thresholds.some(({ ok }) => !ok)) this.#exit(ExitCode.thresholds);
    const { source } = this.#request;
    const iterations = addIterations(shards.map((shard) => shard.iterations));
    const result: RunResult = {
      name: source.kind === "script" ? source.path : source.title,
      options,
      startedAt: this.#startedAt,
      durationMs,
      metrics,
      thresholds,
      iterations,
      generator: this.#group.health(options, durationMs, iterations.late, this.#cpuBefore),
      shards,
      vusMax: this.#group.vus().peak,
      failures: this.#failures,
      exitCode: 0,
      handleSummary: null,
    };
    if (functions.includes("handleSummary") && !this.#killed) {
      result.handleSummary = await this.#summarize(result);
    }
    result.exitCode = this.#exitCode;
    return result;
  }

  async #summarize(result: RunResult): Promise<Record<string, string> | null> {
    const shard = this.#group.live[0];
    if (shard === undefined) {
      this.#fail("handleSummary did not run: no shard was left", ExitCode.shardLost);
      return null;
    }
    const limitMs = result.options.handleSummaryTimeoutMs;
    shard.watch(limitMs + this.#tuning.initSilenceMs);
    try {
      const data = this.#request.summaryData?.({ ...result, exitCode: this.#exitCode }) ?? null;
      return await shard.call("summary", { data }, limitMs);
    } catch (error) {
      if (!this.#killed) this.#fail(`handleSummary failed: ${messageOf(error)}`, ExitCode.script);
      return null;
    }
  }

  #tick(): void {
    const { active, existing } = this.#group.vus();
    if (this.#options !== null && existing > 0) {
      this.#group.recordVUs(this.#options, active, existing);
    }
    this.#report();
  }

  #judge(rules: readonly CompiledRule[]): void {
    const failed = abortingRule(rules, this.#group.metrics, Date.now() - this.#startedAt);
    if (failed === null || this.#phase !== "running") return;
    this.#abort(
      `Threshold ${failed.metric} ${failed.expression} ended the run`,
      ExitCode.thresholds,
    );
  }

  #abort(reason: string, code: number): void {
    if (this.#phase === "stopping" || this.#startedAt === 0) return;
    this.#fail(reason, code);
    this.#endLoad(true);
  }

  #endLoad(now: boolean): void {
    if (this.#phase !== "running" && this.#phase !== "stopping") return;
    this.#enter("stopping");
    for (const shard of this.#group.live) {
      shard.call("stop", { now }, this.#tuning.initMs).catch(() => {});
    }
  }

  #onLost(reason: string): void {
    if (this.#startedAt === 0 || this.#killed) return;
    this.#fail(reason, ExitCode.shardLost);
  }

  #fail(text: string, code: number): void {
    this.#failures.push(text);
    this.#events.log?.({ level: "error", text, source: "run" });
    this.#exit(code);
  }

  /** The first reason to fail decides. */
  #exit(code: number): void {
    if (this.#exitCode === 0) this.#exitCode = code;
  }

  #enter(phase: RunProgress["phase"]): void {
    this.#phase = phase;
    this.#report();
  }

  #report(): void {
    const { active, existing } = this.#group.vus();
    const elapsed = this.#startedAt === 0 ? 0 : (this.#endedAt || Date.now()) - this.#startedAt;
    this.#events.progress?.({
      phase: this.#phase,
      elapsedMs: Math.max(0, elapsed),
      totalMs: this.#options === null ? null : knownLengthMs(this.#options),
      vus: active,
      vusMax: existing,
      iterations: this.#group.counts(),
      metrics: this.#group.metrics,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
