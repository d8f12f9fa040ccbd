/** What a program has done so far. `printed = rejected + handedOn + dropped`, always. */
export interface BinaryCounts {
  /** Calls of `Server.Run` that were answered. */
  calls: number;
  /** Of them, those answered by an error. */
  callErrors: number;
  /** Calls without an answer: the connection, the program or the time for it ended. */
  unanswered: number;
  /** Lines on standard output. */
  printed: number;
  /** Lines that are no result. */
  rejected: number;
  /** Results that `onResults` has taken. */
  handedOn: number;
  /** Results that `onResults` has thrown at, and those after. */
  dropped: number;
}

/** Nothing done yet. */
export function noCounts(): BinaryCounts {
  return {
    calls: 0,
    callErrors: 0,
    unanswered: 0,
    printed: 0,
    rejected: 0,
    handedOn: 0,
    dropped: 0,
  };
}
