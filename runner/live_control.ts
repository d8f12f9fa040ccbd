import { DownpourError } from "../internal/mod.ts";
import { MAX_VUS, type RunOptions, type Scenario } from "./options/mod.ts";
import type { RunProgress } from "./result.ts";
import type { ShardControl } from "./shard/mod.ts";
import type { ShardGroup } from "./shard_group.ts";

/**
 * Live control that can't be done. Codes: `control_over` (the load is over, or about to be),
 * `control_scenario` (no scenario whose VUs can be set, or several), `control_vus` (the number is
 * none that the scenario can have).
 */
export class ControlError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "ControlError";
}

/** What live control needs of the run. */
export interface ControlledRun {
  readonly group: ShardGroup;
  phase(): RunProgress["phase"] | "ended";
  /** Null before the script was loaded. */
  options(): RunOptions | null;
  /** Milliseconds since the epoch, by a clock that never goes back. */
  now(): number;
  /** Longest time for a shard to answer. */
  readonly answerMs: number;
  /** Called when it was paused or resumed. */
  changed(): void;
}

/** Pauses and resumes a run, and sets its VUs. Before the load begins, a pause holds it back. */
export class LiveControl {
  readonly #run: ControlledRun;
  /** Highest number of VUs of scenarios, where that was raised. */
  readonly #maxVUs = new Map<string, number>();
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
    this.#check("set VUs of");
    const options = this.#run.options();
    if (this.#run.phase() !== "running" || options === null) {
      throw new ControlError("control_over", "Can't set VUs before the load has begun");
    }
    const scenario = choose(options.scenarios, name);
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
    await this.#tell({ action: "vus", scenario: scenario.name, vus });
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

function choose(scenarios: readonly Scenario[], name: string | undefined): Controllable {
  const can = scenarios.filter((one) => one.executor === "externally-controlled");
  const names = can.map((one) => one.name).join(", ");
  if (can.length === 0) {
    const all = scenarios.map((one) => `${one.name} is ${one.executor}`).join(", ");
    throw new ControlError(
      "control_scenario",
      `No scenario's VUs can be set: ${all} (use the executor externally-controlled)`,
    );
  }
  if (name === undefined) {
    if (can.length === 1) return can[0]!;
    throw new ControlError("control_scenario", `Say which scenario to set the VUs of: ${names}`);
  }
  const found = can.find((one) => one.name === name);
  if (found !== undefined) return found;
  const other = scenarios.find((one) => one.name === name);
  throw new ControlError(
    "control_scenario",
    other === undefined
      ? `There is no scenario ${name}: VUs can be set of ${names}`
      : `The VUs of ${name} can't be set, as it is ${other.executor}: they can of ${names}`,
  );
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_VUS;
}
