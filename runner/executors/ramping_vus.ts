import type { Scenario } from "../options/types.ts";
import { rampPeak, rampSteps, stagesMs } from "../pacing.ts";
import { nth, shareOf } from "../segment.ts";
import type { Vu } from "../vu.ts";
import { begun, drain } from "./_wait.ts";
import type { Executor, ExecutorHost } from "./executor.ts";

type RampingVUs = Extract<Scenario, { executor: "ramping-vus" }>;

/** A number of VUs that follows a line from stage to stage. */
export const rampingVUs: Executor<RampingVUs> = {
  open: false,
  dropsVUs: true,
  maxVUs: (scenario) => rampPeak(scenario.startVUs, scenario.stages),
  initialVUs: (scenario) => rampPeak(scenario.startVUs, scenario.stages),
  durationMs: (scenario) => stagesMs(scenario.stages),
  iterations: () => null,
  planned: () => 0,
  async run(scenario, host) {
    if (!(await begun(host))) return;
    const { clock, segment, startAt, stop } = host;
    const ramp = new Ramp(host, scenario.gracefulRampDownMs, startAt + stagesMs(scenario.stages));
    for (const { atMs, vus } of rampSteps(scenario.startVUs, scenario.stages)) {
      const share = shareOf(segment, vus);
      if (share === ramp.target) continue;
      const wait = startAt + atMs - clock.now();
      if (wait > 0) await clock.sleep(wait, stop);
      if (stop.aborted) break;
      await ramp.aim(share);
    }
    const rest = startAt + stagesMs(scenario.stages) - clock.now();
    if (rest > 0) await clock.sleep(rest, stop);
    await drain(host, ramp.close(), scenario.gracefulStopMs, ramp.vus());
    ramp.forget();
  },
};

/** One place of the ramp. */
interface Slot {
  vu: Vu;
  /** Resolves when its loop has ended or it was given up. */
  ended: Promise<void>;
  end(): void;
  /** Whether it may start iterations. */
  wanted: boolean;
  running: boolean;
  /** Aborted when a VU that was to go is wanted again, or has gone. */
  leaving: AbortController | null;
}

class Ramp {
  target = 0;
  readonly #host: ExecutorHost;
  readonly #graceMs: number;
  readonly #endAt: number;
  readonly #slots: Slot[] = [];
  #next: number;

  constructor(host: ExecutorHost, gracefulRampDownMs: number, endAt: number) {
    this.#host = host;
    this.#graceMs = gracefulRampDownMs;
    this.#endAt = endAt;
    this.#next = host.segment.offset;
  }

  /** Lets the first `count` places iterate and no others. */
  async aim(count: number): Promise<void> {
    for (let j = this.target - 1; j >= count; j--) this.#dismiss(this.#slots[j]);
    for (let j = this.target; j < count; j++) {
      // The host has said why a VU can't be made: its place stays empty.
      await this.#want(j).catch(() => {});
    }
    this.target = count;
  }

  /** Starts no more iterations; resolves when the running ones have ended. */
  close(): Promise<unknown> {
    for (const slot of this.#slots) slot.wanted = false;
    return Promise.all(this.#slots.map((slot) => slot.ended));
  }

  /** Every VU that may still be in an iteration. */
  *vus(): Iterable<Vu> {
    for (const slot of this.#slots) yield slot.vu;
  }

  /** Cancels what still waits for VUs to go. */
  forget(): void {
    for (const slot of this.#slots) slot.leaving?.abort();
  }

  async #want(j: number): Promise<void> {
    const old = this.#slots[j];
    if (old !== undefined && old.running && !old.vu.gone) {
      old.wanted = true;
      old.leaving?.abort();
      old.leaving = null;
      return;
    }
    const { segment, counts } = this.#host;
    const vu = await this.#host.vu(nth(segment, j));
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const slot: Slot = { vu, ended, end, wanted: true, running: true, leaving: null };
    this.#slots[j] = slot;
    vu.loop((now) => {
      if (!slot.wanted || this.#host.stopped || now >= this.#endAt) {
        slot.running = false;
        slot.leaving?.abort();
        return -1;
      }
      counts.planned++;
      const number = this.#next;
      this.#next += segment.stride;
      return number;
    }).then(end);
  }

  #dismiss(slot: Slot | undefined): void {
    if (slot === undefined) return;
    slot.wanted = false;
    if (!slot.running) return;
    const leaving = new AbortController();
    slot.leaving = leaving;
    this.#host.clock.sleep(this.#graceMs, leaving.signal).then(() => {
      if (leaving.signal.aborted) return;
      slot.vu.interrupt();
      slot.running = false;
      slot.end();
    });
  }
}
