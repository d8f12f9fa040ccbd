import { DownpourError } from "../internal/mod.ts";
import type { RateChange } from "./arrivals.ts";
import { executorOf } from "./executors/mod.ts";
import { MAX_RATE, MAX_VUS, type RunOptions, type Scenario } from "./options/mod.ts";
import type { RatesByScenario } from "./plan.ts";
import type { RunProgress } from "./result.ts";
import type { ShardControl } from "./shard/mod.ts";
import type { ShardGroup } from "./shard_group.ts";

/**
 * Live control that can't be done. Codes: `control_over` (the load is over, or about to be),
 * `control_scenario` (no scenario whose VUs or rate can be set, or several), `control_vus` (the number is
 * none that the scenario can have), `control_rate` (the rate is none that the scenario can have).
 */
export class ControlError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "ControlError";
}

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
  #resumed = Promise.withResolvers<void>();

  constructor(run: ControlledRun) {
    this.#run = run;
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

  /** The load begins: pauses count from here. */
  begin(): void {
    this.#lostMs = 0;
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
    if (this.#run.phase() === "running") await this.#tell({ action: "pause", at });
    this.#run.changed();
  }

  /** Tells shards that were about to start when it was paused. */
  repeat(): void {
    for (const command of this.said) void this.#tell(command);
  }

  /** See `RunHandle.resume`. */
  async resume(): Promise<void> {
    this.#check("resume");
    if (!this.paused) return;
    const at = this.#run.now();
    this.release();
    if (this.#run.phase() === "running") await this.#tell({ action: "resume", at });
    this.#run.changed();
  }

  /** The run is about to end: there is nothing to be paused any more. */
  release(): void {
    if (this.#pausedAt === null) return;
    this.#lostMs += this.#run.now() - this.#pausedAt;
    this.#pausedAt = null;
    this.#resumed.resolve();
  }

  /** See `RunHandle.setVUs`. */
  async setVUs(vus: number, maxVUs?: number, name?: string): Promise<void> {
    const scenario = choose(this.#scenarios("VUs"), "VUs", isControllable, name);
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
    const scenario = choose(this.#scenarios("rate"), "rate", hasRate, name);
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
    const atMs = Math.max(at, changes.at(-1)?.atMs ?? 0);
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
    if (phase === "init" || phase === "setup" || phase === "running") return;
    throw new ControlError("control_over", `Can't ${what} a load that is over (${phase})`);
  }

  /** Tells all shards; one that is lost on the way is told of elsewhere. */
  async #tell(command: ShardControl): Promise<void> {
    const { group, answerMs } = this.#run;
    await Promise.allSettled(group.live.map((shard) => shard.call("control", command, answerMs)));
  }
}

type Controllable = Extract<Scenario, { executor: "externally-controlled" }>;
type Rated = Extract<Scenario, { executor: "constant-arrival-rate" | "ramping-arrival-rate" }>;

function isControllable(scenario: Scenario): scenario is Controllable {
  return scenario.executor === "externally-controlled";
}

function hasRate(scenario: Scenario): scenario is Rated {
  return scenario.executor === "constant-arrival-rate" ||
    scenario.executor === "ramping-arrival-rate";
}

/** Executors that have what is to be set, for people. */
const USE = {
  VUs: "use the executor externally-controlled",
  rate: "use the executor constant-arrival-rate or ramping-arrival-rate",
} as const;

/** The scenario of a name, or the only one that has what is to be set. */
function choose<S extends Scenario>(
  scenarios: readonly Scenario[],
  what: keyof typeof USE,
  test: (scenario: Scenario) => scenario is S,
  name: string | undefined,
): S {
  const can = scenarios.filter(test);
  const names = can.map((one) => one.name).join(", ");
  if (can.length === 0) {
    const all = scenarios.map((one) => `${one.name} is ${one.executor}`).join(", ");
    throw new ControlError(
      "control_scenario",
      `No scenario's ${what} can be set: ${all} (${USE[what]})`,
    );
  }
  if (name === undefined) {
    if (can.length === 1) return can[0]!;
    throw new ControlError(
      "control_scenario",
      `Say which scenario to set the ${what} of: ${names}`,
    );
  }
  const found = can.find((one) => one.name === name);
  if (found !== undefined) return found;
  const other = scenarios.find((one) => one.name === name);
  throw new ControlError(
    "control_scenario",
    other === undefined
      ? `There is no scenario ${name}: ${what} can be set of ${names}`
      : `The ${what} of ${name} can't be set, as it is ${other.executor}: ` +
        `${what === "VUs" ? "they can" : "it can"} of ${names}`,
  );
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_VUS;
}
