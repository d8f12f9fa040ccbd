import { type ArrivalPlan, arrivalTimes } from "../arrivals.ts";
import { nth, shareOf } from "../segment.ts";
import { LATE_MS, type Vu } from "../vu.ts";
import type { ExecutorHost } from "./executor.ts";
import { RangeQueue } from "./_range_queue.ts";

/** What an open model's pool of VUs is made by. */
export interface PoolPlan {
  readonly arrivals: ArrivalPlan;
  readonly preAllocatedVUs: number;
  readonly maxVUs: number;
  readonly whenBusy: "drop" | "wait";
}

/**
 * The VUs of an open model: idle ones are reused, more are made on demand up to the maximum. An
 * arrival is known by its number `j` among those of this shard.
 */
export class VuPool {
  readonly vus: Vu[] = [];
  readonly #host: ExecutorHost;
  readonly #plan: PoolPlan;
  readonly #limit: number;
  #timeOf: (k: number) => number;
  readonly #free: Vu[] = [];
  /** Arrivals that wait for a VU: for one that is being made, or for any at all. */
  readonly #waiting = new RangeQueue();
  /** Dropped arrivals that no VU has come free for yet: their wait is not known. */
  readonly #dropped = new RangeQueue();
  #making = 0;
  #busy = 0;
  #closed = false;
  #whenIdle: (() => void) | null = null;
  #whenFree: (() => void) | null = null;
  #turning: Promise<void> | null = null;

  constructor(host: ExecutorHost, plan: PoolPlan) {
    this.#host = host;
    this.#plan = plan;
    this.#limit = shareOf(host.segment, plan.maxVUs);
    this.#timeOf = arrivalTimes(plan.arrivals);
  }

  /** Arrivals are planned otherwise from now on. */
  follow(arrivals: ArrivalPlan): void {
    this.#timeOf = arrivalTimes(arrivals);
  }

  /** Takes over the VUs that were made before the load. */
  async fill(): Promise<void> {
    const { segment } = this.#host;
    const count = Math.min(this.#limit, shareOf(segment, this.#plan.preAllocatedVUs));
    for (let j = 0; j < count; j++) {
      const vu = await this.#host.vu(nth(segment, j));
      this.vus.push(vu);
      this.#free.push(vu);
    }
  }

  /** Whether there are VUs, and none is free. */
  get busy(): boolean {
    return this.#free.length === 0 && this.vus.length > 0;
  }

  /** Whether an arrival would be dropped now. */
  get full(): boolean {
    return this.#free.length === 0 && this.#plan.whenBusy === "drop" &&
      this.vus.length + this.#making >= this.#limit;
  }

  /** Resolves when a VU comes free, and after a turn of the event loop at the latest. */
  async release(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenFree = resolve;
    // One turn serves all who wait during it.
    this.#turning ??= this.#host.clock.turn().then(() => {
      this.#turning = null;
      this.#whenFree?.();
    });
    await promise;
    this.#whenFree = null;
  }

  /** Starts an iteration now, or as soon as there is a VU for it, or drops it. */
  arrive(j: number, plannedAt: number): void {
    const vu = this.#waiting.size === 0 ? this.#free.pop() : undefined;
    if (vu !== undefined) {
      this.#start(vu, j, plannedAt);
    } else if (this.vus.length + this.#making < this.#limit) {
      this.#waiting.push(j);
      this.#make();
    } else if (this.#plan.whenBusy === "wait") {
      this.#waiting.push(j);
    } else {
      this.#drop(j);
    }
  }

  /** Starts no more: what waits for a VU is dropped. */
  close(): void {
    this.#closed = true;
    for (let j = this.#waiting.shift(); j !== undefined; j = this.#waiting.shift()) this.#drop(j);
  }

  /** Resolves when no VU is in an iteration. Called once, after `close`. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#busy === 0) resolve();
      else this.#whenIdle = resolve;
    });
  }

  /** Records, for all dropped arrivals, how long they have been waiting until now. */
  settleDropped(): void {
    if (this.#dropped.size === 0) return;
    const now = this.#host.line.now();
    for (let j = this.#dropped.shift(); j !== undefined; j = this.#dropped.shift()) {
      this.#host.dropWaited(Math.max(0, now - this.#plannedAt(j)));
    }
  }

  #plannedAt(j: number): number {
    const { startAt, segment, line } = this.#host;
    // A change of the rate that is heard of late moves arrivals that have come: to now at the latest.
    return Math.min(line.now(), startAt + this.#timeOf(nth(segment, j)));
  }

  #drop(j: number): void {
    this.#host.drop(1);
    this.#dropped.push(j);
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
      const j = this.#plan.whenBusy === "drop" ? this.#waiting.shift() : undefined;
      if (j !== undefined) this.#drop(j);
    });
  }

  #start(vu: Vu, j: number, plannedAt: number): void {
    const { segment, line } = this.#host;
    this.#busy++;
    vu.once(nth(segment, j), plannedAt + line.lostMs).then(() => {
      this.#busy--;
      this.#release(vu);
      if (this.#busy === 0) this.#whenIdle?.();
    });
  }

  #release(vu: Vu): void {
    if (vu.gone) return;
    this.#free.push(vu);
    this.#whenFree?.();
    this.settleDropped();
    if (this.#waiting.size > 0) this.#serve();
  }

  /** Gives free VUs to what waits, unless nothing may start now. */
  #serve(): void {
    const { line, open } = this.#host;
    if (line.paused) {
      line.running().then(() => this.#serve());
      return;
    }
    while (!this.#closed && !this.#host.stopped && this.#waiting.size > 0) {
      const vu = this.#free.pop();
      if (vu === undefined) return;
      const j = this.#waiting.shift()!;
      const plannedAt = this.#plannedAt(j);
      if (line.now() - plannedAt > LATE_MS) open.waited++;
      this.#start(vu, j, plannedAt);
    }
  }
}
