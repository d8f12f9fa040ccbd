import { cpuUsage } from "node:process";
import type { Registry } from "../../metrics/mod.ts";
import type { Clock } from "../clock.ts";
import { LagHistogram } from "../health.ts";
import { addIterations } from "../ledger.ts";
import { narrow, type Segment } from "../segment.ts";
import { executorOf } from "../executors/mod.ts";
import type { Turns } from "../turns.ts";
import type { VuGauge } from "../vu.ts";
import { type PartShared, ScenarioPart } from "./_part.ts";
import type { ShardStatus } from "./protocol.ts";

/** How often the event loop is asked whether it is on time. */
const LAG_STEP_MS = 20;

/** What a shard is given to make its load from. */
export type LoadParts = Omit<PartShared, "stop" | "cut" | "gauge" | "nextVu"> & {
  readonly registry: Registry;
  readonly clock: Clock;
};

/** A shard's part of the whole load: its scenarios, and what it reports of itself. */
export class ShardLoad {
  readonly #parts: ScenarioPart[] = [];
  readonly #clock: Clock;
  readonly #gauge: VuGauge = { active: 0, peak: 0, existing: 0 };
  readonly #turns: Turns;
  readonly #lag = new LagHistogram();
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  #vus = 0;
  #cpuBefore = 0;
  #cpuLoad: number | null = null;

  constructor(given: LoadParts, segment: Segment) {
    this.#clock = given.clock;
    this.#turns = given.turns;
    const shared: PartShared = {
      ...given,
      gauge: this.#gauge,
      stop: this.#stop.signal,
      cut: this.#cut.signal,
      nextVu: () => ++this.#vus,
    };
    let base = 0;
    for (const scenario of given.options.scenarios) {
      const vus = executorOf(scenario).maxVUs(scenario);
      const own = narrow(segment, base, vus);
      if (own !== null) this.#parts.push(new ScenarioPart(shared, scenario, base, own));
      base += vus;
    }
  }

  /** Makes the VUs. Rejects with what the script threw. */
  async prepare(): Promise<void> {
    for (const part of this.#parts) await part.prepare();
  }

  /** Runs every scenario to its end. */
  async run(startAt: number, data: string | null): Promise<void> {
    this.#cpuBefore = cpuMs();
    const measuring = new AbortController();
    this.#measureLag(measuring.signal);
    try {
      await Promise.all(this.#parts.map((part) => part.run(startAt, data)));
    } finally {
      measuring.abort();
      this.#cpuLoad = cpuMs() - this.#cpuBefore;
    }
  }

  /** Starts no more iterations; with `now`, gives up those that run. */
  stop(now: boolean): void {
    if (now) this.#cut.abort();
    this.#stop.abort();
  }

  /** Closes what its VUs opened: nothing of it is recorded any more. */
  close(): void {
    for (const part of this.#parts) part.close();
  }

  /** Totals so far. */
  status(): ShardStatus {
    const open = addIterations(
      this.#parts.filter((part) => part.executor.open).map((part) => part.counts),
    );
    const cpu = cpuMs();
    return {
      counts: addIterations(this.#parts.map((part) => part.counts)),
      open: { started: open.started, dropped: open.dropped },
      vus: { ...this.#gauge },
      cpuMs: cpu,
      loadCpuMs: this.#cpuLoad ?? (this.#cpuBefore > 0 ? cpu - this.#cpuBefore : 0),
      lag: this.#lag.pairs(),
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

function cpuMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}
