import type { Scenario } from "../options/types.ts";
import { arrivalsBefore, arrivalTimeMs } from "../pacing.ts";
import { nth, shareOf } from "../segment.ts";
import type { Vu } from "../vu.ts";
import { begun, drain } from "./_wait.ts";
import type { Executor, ExecutorHost } from "./executor.ts";

type ConstantArrivalRate = Extract<Scenario, { executor: "constant-arrival-rate" }>;

/** Iterations that start by the clock, whether or not earlier ones have ended (open model). */
export const constantArrivalRate: Executor<ConstantArrivalRate> = {
  open: true,
  dropsVUs: false,
  maxVUs: (scenario) => scenario.maxVUs,
  initialVUs: (scenario) => scenario.preAllocatedVUs,
  durationMs: (scenario) => scenario.durationMs,
  iterations: () => null,
  planned: (scenario, segment, elapsedMs) =>
    shareOf(segment, arrivalsBefore(scenario, Math.min(elapsedMs, scenario.durationMs))),
  async run(scenario, host) {
    if (!(await begun(host))) return;
    const { clock, turns, segment, counts, startAt, stop } = host;
    const pool = new VuPool(host, scenario);
    await pool.fill();
    const total = shareOf(segment, arrivalsBefore(scenario, scenario.durationMs));
    for (let j = 0; j < total && !stop.aborted; j++) {
      const k = nth(segment, j);
      const plannedAt = startAt + arrivalTimeMs(scenario, k);
      let now = clock.now();
      // One sleep serves every arrival that is due when it ends.
      while (now < plannedAt && !stop.aborted) {
        await clock.sleep(plannedAt - now, stop);
        now = clock.now();
      }
      if (turns.due(now)) await turns.take();
      if (stop.aborted) break;
      counts.planned++;
      pool.arrive(k, plannedAt);
    }
    const rest = startAt + scenario.durationMs - clock.now();
    if (rest > 0) await clock.sleep(rest, stop);
    pool.close();
    await drain(host, pool.idle(), scenario.gracefulStopMs, pool.vus);
  },
};

/** The VUs of an open model: idle ones are reused, more are made on demand up to the maximum. */
class VuPool {
  readonly vus: Vu[] = [];
  readonly #host: ExecutorHost;
  readonly #limit: number;
  readonly #initial: number;
  readonly #free: Vu[] = [];
  /** Arrivals that wait for a VU that is being made for them. */
  readonly #waiting: { k: number; plannedAt: number }[] = [];
  #making = 0;
  #busy = 0;
  #closed = false;
  #whenIdle: (() => void) | null = null;

  constructor(host: ExecutorHost, scenario: ConstantArrivalRate) {
    this.#host = host;
    this.#limit = shareOf(host.segment, scenario.maxVUs);
    this.#initial = Math.min(this.#limit, shareOf(host.segment, scenario.preAllocatedVUs));
  }

  /** Takes over the VUs that were made before the load. */
  async fill(): Promise<void> {
    for (let j = 0; j < this.#initial; j++) {
      const vu = await this.#host.vu(nth(this.#host.segment, j));
      this.vus.push(vu);
      this.#free.push(vu);
    }
  }

  /** Starts an iteration now, or as soon as a VU is made for it, or drops it. */
  arrive(k: number, plannedAt: number): void {
    const vu = this.#free.pop();
    if (vu !== undefined) {
      this.#start(vu, k, plannedAt);
    } else if (this.vus.length + this.#making < this.#limit) {
      this.#waiting.push({ k, plannedAt });
      this.#make();
    } else {
      this.#host.drop(1);
    }
  }

  /** Starts no more: what waits for a VU is dropped. */
  close(): void {
    this.#closed = true;
    this.#host.drop(this.#waiting.length);
    this.#waiting.length = 0;
  }

  /** Resolves when no VU is in an iteration. Called once, after `close`. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#busy === 0) resolve();
      else this.#whenIdle = resolve;
    });
  }

  #make(): void {
    const index = this.vus.length + this.#making++;
    this.#host.vu(nth(this.#host.segment, index)).then((vu) => {
      this.#making--;
      this.vus.push(vu);
      this.#release(vu);
    }, () => {
      // The host has logged why; the arrival that it was for can't be served.
      this.#making--;
      if (this.#waiting.shift() !== undefined) this.#host.drop(1);
    });
  }

  #start(vu: Vu, k: number, plannedAt: number): void {
    this.#busy++;
    vu.once(k, plannedAt).then(() => {
      this.#busy--;
      this.#release(vu);
      if (this.#busy === 0) this.#whenIdle?.();
    });
  }

  #release(vu: Vu): void {
    if (vu.gone) return;
    const next = this.#closed ? undefined : this.#waiting.shift();
    if (next !== undefined) this.#start(vu, next.k, next.plannedAt);
    else this.#free.push(vu);
  }
}
