/** What is known of where a shard runs and of the way to it, where that is another machine. */
export interface LinkInfo {
  /** Id of the agent that it runs on. */
  readonly agent: string;
  /** That agent's labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its clock less this one's, milliseconds; null while not measured. */
  readonly clockOffsetMs: number | null;
  /** How far that may be off, milliseconds; null while not measured. */
  readonly clockErrorMs: number | null;
  /** When its load really began, milliseconds since the epoch by this clock; null before. */
  readonly startedAt: number | null;
  /** Records that it had no room to keep: samples, which nobody will have. */
  readonly lost: number;
  /** Records that it is known to have sent, and that will not come any more. */
  readonly missing: number;
  /** Whether nothing was heard of it lately, though it is not given up. */
  readonly silent: boolean;
}
