/** Reasons that are told apart. */
const MOST_REASONS = 20;

/** What became of a job's results so far, in results. At the end `pushed + recovered = collected + dropped`. */
export interface PushCounts {
  /** Handed to `push`. */
  readonly pushed: number;
  /** Found in the spool: left there by a pusher that died. */
  readonly recovered: number;
  /** The collector answered 200 to their batch. */
  readonly collected: number;
  /** Lost, whatever the reason; `drops` has the reasons. */
  readonly dropped: number;
  /** Of the dropped: the collector may have them all the same, as its answer never came. */
  readonly uncertain: number;
  /** Of the collected: sent again as the first answer never came, so the collector may have them twice. */
  readonly resent: number;
  /** Of the collected: the collector knew them by their batch's key, and has them once. */
  readonly duplicates: number;
  /** Neither collected nor dropped yet; of these, on disk. */
  readonly waiting: number;
  readonly spooled: number;
}

/** Results that were lost for one reason. */
export interface Drop {
  /** What lost them, for people. */
  readonly why: string;
  /** Results. */
  readonly results: number;
}

/** Books what becomes of results: each of them once. */
export class Ledger {
  #pushed = 0;
  #recovered = 0;
  #collected = 0;
  #dropped = 0;
  #uncertain = 0;
  #resent = 0;
  #duplicates = 0;
  readonly #drops = new Map<string, number>();

  /** One result was handed in. */
  push(): void {
    this.#pushed++;
  }

  /** Results were found in the spool. */
  recover(count: number): void {
    this.#recovered += count;
  }

  /** A batch is at the collector. */
  collect({ count, uncertain }: Booked, duplicates: number): void {
    this.#collected += count;
    this.#duplicates += Math.min(duplicates, count);
    if (uncertain) this.#resent += count;
  }

  /** A batch is lost. */
  drop(why: string, { count, uncertain }: Booked): void {
    this.#dropped += count;
    if (uncertain) this.#uncertain += count;
    const known = this.#drops.has(why) || this.#drops.size < MOST_REASONS;
    const reason = known ? why : "other reasons";
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + count);
  }

  /** So far. @param spooled results on disk */
  counts(spooled: number): PushCounts {
    const [pushed, recovered] = [this.#pushed, this.#recovered];
    const [collected, dropped] = [this.#collected, this.#dropped];
    return {
      pushed,
      recovered,
      collected,
      dropped,
      uncertain: this.#uncertain,
      resent: this.#resent,
      duplicates: this.#duplicates,
      waiting: pushed + recovered - collected - dropped,
      spooled,
    };
  }

  /** Why results were lost. */
  drops(): Drop[] {
    return [...this.#drops].map(([why, results]) => ({ why, results }));
  }
}

/** A batch as it is booked. */
interface Booked {
  /** Results in it. */
  readonly count: number;
  /** Whether the collector may have it from an earlier try. */
  readonly uncertain: boolean;
}
