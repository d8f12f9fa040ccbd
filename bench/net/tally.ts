/** What the loops of one process have done so far. */
export interface Tally {
  /** Messages that were answered, or bytes that were moved. */
  count: number;
  /** Datagrams that were sent again, because no answer came. */
  resent: number;
  /** Milliseconds of one message in 64: the clock would cost more than some of what is measured. */
  latencies: number[];
  /** Traffic ends its message and comes to rest once it is set. */
  stopped: boolean;
}

/** What is done over a connection until `stopped`; may be called again. */
export type Traffic = (tally: Tally) => Promise<void>;

/** A tally of nothing. */
export function newTally(): Tally {
  return { count: 0, resent: 0, latencies: [], stopped: false };
}

/** Whether a message is one of those that are timed. */
export function isTimed(sequence: number): boolean {
  return (sequence & 63) === 0;
}
