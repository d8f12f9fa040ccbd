import type { Registry } from "../../metrics/mod.ts";
import type { InstanceTotals } from "../api/mod.ts";
import type { Clock } from "../clock.ts";
import { LagHistogram } from "../health.ts";
import { addIterations, noIterations } from "../ledger.ts";
import { narrow, type Segment } from "../segment.ts";
import { executorOf } from "../executors/mod.ts";
import { canMove } from "../plan.ts";
import { Timeline } from "../timeline.ts";
import type { Turns } from "../turns.ts";
import type { VuGauge } from "../vu.ts";
import { type PartShared, ScenarioPart } from "./_part.ts";
import type { ShardControl, ShardStatus } from "./protocol.ts";

/** How often the event loop is asked whether it is on time. */
const LAG_STEP_MS = 20;
/** Longest wait for what VUs opened to be closed. */
const CLOSE_MS = 2000;

/** Totals of a shard without load. */
export const IDLE: ShardStatus = {
  counts: noIterations(),
  open: { started: 0, dropped: 0, waited: 0 },
  lateness: [],
  vus: { active: 0, peak: 0, existing: 0 },
  cpuMs: 0,
  loadCpuMs: 0,
  lag: [],
};

/** What a shard is given to make its load from. */
export type LoadParts =
  & Omit<
    PartShared,
    "line" | "stop" | "cut" | "gauge" | "nextVu" | "instance"
  >
  & {
    readonly registry: Registry;
    readonly clock: Clock;
  };

/** A shard's part of the whole load: its scenarios, and what it reports of itself. */
export class ShardLoad {
  readonly #parts: ScenarioPart[] = [];
  readonly #clock: Clock;
  readonly #line: Timeline;
  readonly #gauge: VuGauge = { active: 0, peak: 0, existing: 0 };
  readonly #turns: Turns;
  readonly #lag = new LagHistogram();
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  #vus = 0;
  #startAt: number | null = null;
  #cpuBefore = 0;
  #cpuLoad: number | null = null;

  constructor(given: LoadParts, segment: Segment) {
    this.#clock = given.clock;
    this.#line = new Timeline(given.clock);
    this.#turns = given.turns;
    const shared: PartShared = {
      ...given,
      line: this.#line,
      gauge: this.#gauge,
      stop: this.#stop.signal,
      cut: this.#cut.signal,
      nextVu: () => ++this.#vus,
      instance: () => this.instance(),
    };
    const { scenarios } = given.options;
    const total = scenarios.reduce((sum, one) => sum + executorOf(one).maxVUs(one), 0);
    let base = 0;
    for (const [i, scenario] of scenarios.entries()) {
      const vus = executorOf(scenario).maxVUs(scenario);
      const own = narrow(segment, base, vus);
      const extra = (k: number) => total + (k - vus) * scenarios.length + i;
      if (own !== null) this.#parts.push(new ScenarioPart(shared, scenario, { base, extra }, own));
      base += vus;
    }
  }

  /** Makes the VUs. Rejects with what the script threw. */
  async prepare(): Promise<void> {
    for (const part of this.#parts) await part.prepare();
  }

  /** Runs every scenario to its end; with `joinAt` what is left of those that another shard can go on with. */
  async run(startAt: number, data: string | null, joinAt: number | null): Promise<void> {
    this.#startAt = startAt;
    this.#cpuBefore = this.#clock.cpuMs();
    const measuring = new AbortController();
    this.#measureLag(measuring.signal);
    try {
      const parts = this.#parts.filter(({ scenario }) => joinAt === null || canMove(scenario));
      await Promise.all(parts.map((part) => part.run(startAt, data, joinAt)));
    } finally {
      measuring.abort();
      this.#cpuLoad = this.#clock.cpuMs() - this.#cpuBefore;
      await this.close(); // What ends with a connection is still counted.
    }
  }

  /** Starts no more iterations; with `now`, gives up those that run. */
  stop(now: boolean): void {
    if (now) this.#cut.abort();
    this.#stop.abort();
    // What a pause holds up must see that there is nothing to wait for.
    this.#line.resume();
  }

  /** Does what live control asks for; does nothing where there is no part of that scenario. */
  control(command: ShardControl): void {
    if (command.action === "pause") this.#line.pause(command.at);
    else if (command.action === "resume") this.#line.resume(command.at);
    else {
      const part = this.#parts.find(({ scenario }) => scenario.name === command.scenario);
      if (part === undefined) return;
      if (command.action === "vus") part.target.set(command.vus);
      else part.rates.add(command);
    }
  }

  /** Whether it is over, and only ends what its VUs opened: what fails in them now is no news. */
  get isOver(): boolean {
    return this.#cpuLoad !== null;
  }

  /** Closes what its VUs opened; resolves when it is closed, or when that takes too long. */
  async close(): Promise<void> {
    const late = new AbortController();
    const closing = Promise.all(this.#parts.map((part) => part.close()));
    await Promise.race([closing, this.#clock.sleep(CLOSE_MS, late.signal)]);
    late.abort();
  }

  /** Totals so far. */
  status(): ShardStatus {
    const openParts = this.#parts.filter((part) => part.executor.open);
    const open = addIterations(openParts.map((part) => part.counts));
    const lateness = new LagHistogram();
    for (const part of openParts) lateness.addAll(part.lateness.pairs());
    const cpu = this.#clock.cpuMs();
    return {
      counts: addIterations(this.#parts.map((part) => part.counts)),
      open: {
        started: open.started,
        dropped: open.dropped,
        waited: openParts.reduce((sum, part) => sum + part.open.waited, 0),
      },
      lateness: lateness.pairs(),
      vus: { ...this.#gauge },
      cpuMs: cpu,
      loadCpuMs: this.#cpuLoad ?? (this.#cpuBefore > 0 ? cpu - this.#cpuBefore : 0),
      lag: this.#lag.pairs(),
    };
  }

  /** Totals as scripts see them. */
  instance(): InstanceTotals {
    const counts = addIterations(this.#parts.map((part) => part.counts));
    return {
      vusActive: this.#gauge.active,
      vusInitialized: this.#gauge.existing,
      iterationsCompleted: counts.completed,
      iterationsInterrupted: counts.interrupted,
      currentTestRunDuration: this.#startAt === null
        ? 0
        : Math.max(0, this.#line.now() - this.#startAt),
    };
  }

  async #measureLag(end: AbortSignal): Promise<void> {
    const clock = this.#clock;
    while (!end.aborted) {
      const due = clock.now() + LAG_STEP_MS;
      await clock.sleep(LAG_STEP_MS, end);
      if (end.aborted) return;
      const now = clock.now();
      this.#turns.noticed(now);
      this.#lag.add(now - due, LAG_STEP_MS);
    }
  }
}
