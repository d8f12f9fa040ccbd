import { nth, numbersOf } from "../segment.ts";
import type { Vu } from "../vu.ts";
import type { ExecutorHost } from "./executor.ts";

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

/** VUs that loop, as many as it is told to keep; one that is to go may end its iteration. */
export class VuRamp {
  #count = 0;
  readonly #host: ExecutorHost;
  readonly #graceMs: number;
  readonly #endAt: number;
  readonly #slots = new Map<number, Slot>();
  readonly #next: () => number;

  /**
   * @param graceMs how long a VU that is to go may take to end its iteration
   * @param endAt no iteration starts at or after it, on the host's line
   */
  constructor(host: ExecutorHost, graceMs: number, endAt: number) {
    this.#host = host;
    this.#graceMs = graceMs;
    this.#endAt = endAt;
    this.#next = numbersOf(host.segment);
  }

  /** Places that iterate. */
  get count(): number {
    return this.#count;
  }

  /** Lets the first `count` places iterate and no others. */
  async aim(count: number): Promise<void> {
    const { clock, turns } = this.#host;
    for (let j = this.#count - 1; j >= count; j--) this.#dismiss(this.#slots.get(j));
    for (let j = this.#count; j < count && !this.#host.stopped; j++) {
      // The host has said why a VU can't be made: its place stays empty.
      await this.#want(j).catch(() => {});
      if (turns.due(clock.now())) await turns.take();
    }
    this.#count = count;
  }

  /** Starts no more iterations; resolves when the running ones have ended. */
  close(): Promise<unknown> {
    const slots = [...this.#slots.values()];
    for (const slot of slots) slot.wanted = false;
    return Promise.all(slots.map((slot) => slot.ended));
  }

  /** Every VU that may still be in an iteration. */
  *vus(): Iterable<Vu> {
    for (const slot of this.#slots.values()) yield slot.vu;
  }

  /** Cancels what still waits for VUs to go. */
  forget(): void {
    for (const slot of this.#slots.values()) slot.leaving?.abort();
  }

  async #want(j: number): Promise<void> {
    const old = this.#slots.get(j);
    if (old !== undefined && old.running && !old.vu.gone) {
      old.wanted = true;
      old.leaving?.abort();
      old.leaving = null;
      return;
    }
    const { segment, counts, line } = this.#host;
    const next = this.#next;
    const vu = await this.#host.vu(nth(segment, j));
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const slot: Slot = { vu, ended, end, wanted: true, running: true, leaving: null };
    this.#slots.set(j, slot);
    vu.loop((now) => {
      if (!slot.wanted || this.#host.stopped || now - line.lostMs >= this.#endAt) {
        slot.running = false;
        slot.leaving?.abort();
        return -1;
      }
      counts.planned++;
      return next();
    }).then(end);
  }

  #dismiss(slot: Slot | undefined): void {
    if (slot === undefined) return;
    slot.wanted = false;
    if (!slot.running) return;
    const leaving = new AbortController();
    slot.leaving = leaving;
    this.#host.line.sleep(this.#graceMs, leaving.signal).then(() => {
      if (leaving.signal.aborted) return;
      slot.vu.interrupt();
      slot.running = false;
      slot.end();
    });
  }
}
