import type { RateChange } from "./arrivals.ts";
import { ControlError } from "./control_error.ts";
import { chooseScenario, hasRate, isControllable } from "./control_scenario.ts";
import type { ControlState } from "./control_state.ts";
import { executorOf } from "./executors/mod.ts";
import { MAX_RATE, MAX_VUS, type RunOptions, type Scenario } from "./options/mod.ts";
import type { RatesByScenario } from "./plan.ts";
import type { RunProgress } from "./result.ts";
import type { ShardControl } from "./shard/mod.ts";
import type { ShardGroup } from "./shard_group.ts";

/** How long a new rate is told ahead: by then every shard has heard it. */
const RATE_LEAD_MS = 20;
/** Most changes of one scenario's rate: what was planned before each is kept. */
const MAX_CHANGES = 1000;

/** What live control needs of the run. */
export interface ControlledRun {
  readonly group: ShardGroup;
  phase(): RunProgress["phase"] | "ended";
  /** Null before the script was loaded. */
  options(): RunOptions | null;
  /** Milliseconds since the epoch, by a clock that never goes back. */
  now(): number;
  /** Since the start of the load, without pauses. */
  elapsedMs(): number;
  /** Longest time for a shard to answer. */
  readonly answerMs: number;
  /** Called when it was paused or resumed. */
  changed(): void;
  /** What was set before, of a run that is taken over; null of any other. */
  readonly before: ControlState | null;
  /** Keeps what is set, before shards hear of it; null where nobody takes the run over. */
  readonly keep: ((state: ControlState) => Promise<void>) | null;
}

/** Pauses and resumes a run, and sets its VUs and rates. Before the load begins, a pause holds it back. */
export class LiveControl {
  readonly #run: ControlledRun;
  /** Highest number of VUs of scenarios, where that was raised. */
  readonly #maxVUs = new Map<string, number>();
  readonly #rates = new Map<string, RateChange[]>();
  readonly #steered = new Map<string, number>();
  #lostMs = 0;
  #pausedAt: number | null = null;
  #resumedAt: number | null = null;
  #resumed = Promise.withResolvers<void>();
  #loading = false;

  constructor(run: ControlledRun) {
    this.#run = run;
    const { before } = run;
    if (before === null) return;
    for (const [scenario, changes] of Object.entries(before.rates)) {
      this.#rates.set(scenario, [...changes]);
      this.#steered.set(scenario, changes.at(-1)!.perSecond);
    }
    for (const [scenario, { vus, maxVUs }] of Object.entries(before.vus)) {
      this.#maxVUs.set(scenario, maxVUs);
      this.#steered.set(scenario, vus);
    }
    // Pauses of the load are those of its time: see `begin`.
    if (!before.loading) this.#pausedAt = before.pausedAt;
  }

  /** Whether it is paused. */
  get paused(): boolean {
    return this.#pausedAt !== null;
  }

  /** How rates were changed, by the names of their scenarios. */
  get rates(): RatesByScenario {
    return this.#rates;
  }

  /** See `RunStatus.steered`. */
  get steered(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#steered);
  }

  /** What a shard has to hear that comes in the middle of the load. */
  get said(): ShardControl[] {
    const said: ShardControl[] = [];
    for (const [scenario, changes] of this.#rates) {
      for (const change of changes) said.push({ action: "rate", scenario, ...change });
    }
    for (const [scenario, vus] of this.#steered) {
      if (!this.#rates.has(scenario)) said.push({ action: "vus", scenario, vus });
    }
    if (this.#pausedAt !== null) said.push({ action: "pause", at: this.#pausedAt });
    return said;
  }

  /** What pauses since `begin` that are over have taken. */
  get lostMs(): number {
    return this.#lostMs;
  }

  /** Milliseconds since the epoch, less all pauses since `begin`: stands still in one. */
  loadNow(): number {
    return (this.#pausedAt ?? this.#run.now()) - this.#lostMs;
  }

  /** The load begins: pauses count from here. One that is taken over goes on as it was. */
  begin(): void {
    const { before } = this.#run;
    this.#loading = true;
    this.#lostMs = 0;
    if (before?.loading === true) {
      this.#lostMs = before.lostMs;
      this.#resumedAt = before.resumedAt;
      this.#pausedAt = before.pausedAt;
      this.#resumed = Promise.withResolvers();
    } else if (this.paused) this.#kept().catch(() => {});
  }

  /** Resolves when it is not paused. */
  async released(): Promise<void> {
    while (this.paused) await this.#resumed.promise;
  }

  /** See `RunHandle.pause`. */
  async pause(): Promise<void> {
    this.#check("pause");
    if (this.paused) return;
    const at = this.#run.now();
    this.#pausedAt = at;
    this.#resumed = Promise.withResolvers();
    await this.#setPause({ action: "pause", at });
  }

  /** Tells shards what they may not have heard: they were about to start, or its coordinator died. */
  repeat(): void {
    for (const command of this.said) void this.#send(command);
    if (this.#resumedAt === null || this.paused) return;
    void this.#send({ action: "resume", at: this.#resumedAt });
  }

  /** See `RunHandle.resume`. */
  async resume(): Promise<void> {
    this.#check("resume");
    if (!this.paused) return;
    const at = this.#run.now();
    this.release();
    await this.#setPause({ action: "resume", at });
  }

  /** The run is about to end: there is nothing to be paused any more. */
  release(): void {
    if (this.#pausedAt === null) return;
    const now = this.#run.now();
    this.#lostMs += now - this.#pausedAt;
    this.#pausedAt = null;
    if (this.#loading) this.#resumedAt = now;
    this.#resumed.resolve();
  }

  /** See `RunHandle.setVUs`. */
  async setVUs(vus: number, maxVUs?: number, name?: string): Promise<void> {
    const scenario = chooseScenario(this.#scenarios("VUs"), "VUs", isControllable, name);
    const most = this.#maxVUs.get(scenario.name) ?? scenario.maxVUs;
    const limit = maxVUs ?? most;
    if (!isCount(limit) || limit < scenario.maxVUs) {
      throw new ControlError(
        "control_vus",
        `maxVUs of ${scenario.name} must be a whole number from ${scenario.maxVUs}, ` +
          `with which it started, to ${MAX_VUS}: ${limit}`,
      );
    }
    if (!isCount(vus) || vus > limit) {
      throw new ControlError(
        "control_vus",
        `VUs of ${scenario.name} must be a whole number from 0 to its maxVUs, ${limit}: ${vus}`,
      );
    }
    this.#maxVUs.set(scenario.name, limit);
    this.#steered.set(scenario.name, vus);
    await this.#tell({ action: "vus", scenario: scenario.name, vus });
  }

  /** See `RunHandle.setRate`. */
  async setRate(perSecond: number, name?: string): Promise<void> {
    const scenario = chooseScenario(this.#scenarios("rate"), "rate", hasRate, name);
    if (!(perSecond >= 0 && perSecond <= MAX_RATE)) {
      throw new ControlError(
        "control_rate",
        `The rate of ${scenario.name} must be from 0 to ${MAX_RATE} iterations a second: ${perSecond}`,
      );
    }
    const changes = this.#rates.get(scenario.name) ?? [];
    if (changes.length === MAX_CHANGES) {
      const text = `The rate of ${scenario.name} was set ${MAX_CHANGES} times, which is the most`;
      throw new ControlError("control_rate", text);
    }
    const at = this.#run.elapsedMs() + RATE_LEAD_MS - scenario.startTimeMs;
    // Each at a time of its own, by which shards know those that they have heard.
    const atMs = Math.max(at, (changes.at(-1)?.atMs ?? -1) + 1);
    if (atMs >= executorOf(scenario).durationMs(scenario)) {
      throw new ControlError("control_over", `Scenario ${scenario.name} starts nothing any more`);
    }
    this.#rates.set(scenario.name, [...changes, { atMs, perSecond }]);
    this.#steered.set(scenario.name, perSecond);
    await this.#tell({ action: "rate", scenario: scenario.name, atMs, perSecond });
  }

  /** The scenarios of a load that goes on. */
  #scenarios(what: string): readonly Scenario[] {
    this.#check(`set the ${what} of`);
    const options = this.#run.options();
    if (this.#run.phase() === "running" && options !== null) return options.scenarios;
    throw new ControlError("control_over", `Can't set the ${what} before the load has begun`);
  }

  #check(what: string): void {
    const phase = this.#run.phase();
    if (this.#run.before?.loading === true && !this.#loading) {
      throw new ControlError("control_over", `Can't ${what} a load before it is taken over`);
    }
    if (phase === "init" || phase === "setup" || phase === "running") return;
    throw new ControlError("control_over", `Can't ${what} a load that is over (${phase})`);
  }

  /** See `ControlState`. */
  get #state(): ControlState {
    const vus = [...this.#steered].filter(([scenario]) => !this.#rates.has(scenario))
      .map(([scenario, vus]) => [scenario, { vus, maxVUs: this.#maxVUs.get(scenario)! }]);
    return {
      loading: this.#loading,
      pausedAt: this.#pausedAt,
      resumedAt: this.#resumedAt,
      lostMs: this.#loading ? this.#lostMs : 0,
      rates: Object.fromEntries(this.#rates),
      vus: Object.fromEntries(vus),
    };
  }

  async #kept(): Promise<void> {
    await this.#run.keep?.(this.#state);
  }

  /** Keeps it and tells the shards of a load that goes on. */
  async #setPause(command: ShardControl): Promise<void> {
    if (this.#run.phase() === "running") await this.#tell(command);
    else await this.#kept();
    this.#run.changed();
  }

  /** Keeps it, then tells all shards: also when it can't be kept, as that is the next one's loss. */
  async #tell(command: ShardControl): Promise<void> {
    try {
      if (this.#run.keep !== null) await this.#kept();
    } finally {
      await this.#send(command);
    }
  }

  /** Tells all shards; one that is lost on the way is told of elsewhere. */
  async #send(command: ShardControl): Promise<void> {
    const { group, answerMs } = this.#run;
    await Promise.allSettled(group.live.map((shard) => shard.call("control", command, answerMs)));
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_VUS;
}
