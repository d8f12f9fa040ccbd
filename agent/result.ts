/** One result: a line that a load test binary prints (reference `agent.md`, "A result line"). */
export interface ResultLine {
  /** Which chain of requests it belongs to. */
  readonly sequenceID: string;
  /** What was asked for. */
  readonly url: string;
  /** How: `GET` and so on. */
  readonly method: string;
  /** Status of the answer; 0 for none. */
  readonly status: number;
  /** Bytes. */
  readonly size: number;
  /** RFC 3339. */
  readonly timestamp: string;
  /** Nanoseconds. */
  readonly duration: number;
  /** What failed; null for nothing. */
  readonly error: unknown;
}
