import type { Clock } from "../../runner/remote/mod.ts";
import type { Live } from "../bus/bus.ts";
import { type ClockOffset, measureOffset } from "./clock_sync.ts";

/** How often the clock is measured before the load, and while it runs. */
const MEASURE_MS = 5000;
const MEASURE_LOAD_MS = 60_000;
/** How long to wait before a measurement in vain is tried again, and looked for one that is waited for. */
const RETRY_MS = 250;
const LOOK_MS = 20;
/** How often it is looked whether there is another coordinator, whose clock is another. */
const EPOCH_LOOK_MS = 1000;

/** What the clock of a run is measured by. */
export interface RunClockOptions {
  readonly live: Pick<Live, "request">;
  readonly run: string;
  /** Of this machine. */
  readonly clock: Clock;
  /** The newest coordinator that is known of. */
  readonly epoch: () => number;
  /** Whether the load runs: then it is measured less often. */
  readonly loading: () => boolean;
  readonly signal: AbortSignal;
}

/** The clock of a run's coordinator as this machine measures it, again and again. */
export class RunClock {
  readonly #options: RunClockOptions;
  #offset: ClockOffset | null = null;
  /** That of the coordinator before, whose last commands may be on their way. */
  #before: ClockOffset | null = null;

  constructor(options: RunClockOptions) {
    this.#options = options;
  }

  /** How this machine's clock differs from that of the newest coordinator; null while not measured. */
  get offset(): ClockOffset | null {
    const epoch = this.#options.epoch();
    return this.#offset !== null && this.#offset.epoch >= epoch ? this.#offset : null;
  }

  /** Waits so long for a measurement against the coordinator of that epoch; what there is then. */
  async within(ms: number, epoch: number): Promise<ClockOffset | null> {
    const { clock, signal } = this.#options;
    const until = clock.now() + ms;
    const found = () => [this.#offset, this.#before].find((one) => one?.epoch === epoch) ?? null;
    // One that was replaced is measured no more.
    while (found() === null && epoch >= this.#options.epoch() && clock.now() < until) {
      if (signal.aborted) break;
      await clock.sleep(LOOK_MS, signal);
    }
    return found();
  }

  /** Measures until the part is gone. */
  async measure(): Promise<void> {
    const { live, run, clock, epoch, loading, signal } = this.#options;
    while (!signal.aborted) {
      const offset = await measureOffset(live, run, clock, epoch, signal, (soFar) => {
        // Only until there is a whole one.
        if (this.offset === null) this.#take(soFar);
      });
      if (offset !== null) this.#take(offset);
      const until = clock.now() + (loading() ? MEASURE_LOAD_MS : MEASURE_MS);
      do await clock.sleep(this.offset === null ? RETRY_MS : EPOCH_LOOK_MS, signal); while (
        this.offset !== null && clock.now() < until && !signal.aborted
      );
    }
  }

  #take(offset: ClockOffset): void {
    if (this.#offset?.epoch !== offset.epoch) this.#before = this.#offset;
    this.#offset = offset;
  }
}
