/** One result: a line that a load test binary prints (reference `agent.md`, "A result line"). */
export interface ResultLine {
  readonly sequenceID: string;
  readonly url: string;
  readonly method: string;
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
