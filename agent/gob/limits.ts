/** What a peer may ask of a reader of gobs; more is an `AgentError` `gob_limit`. */
export interface GobLimits {
  /** Bytes of one message. Default: 1 MiB. */
  readonly messageBytes: number;
  /** Types that the peer may define. Default: 256. */
  readonly types: number;
  /** Values within values. Default: 32. */
  readonly depth: number;
}

/** Ample for `net/rpc`. */
export const GOB_LIMITS: GobLimits = { messageBytes: 1 << 20, types: 256, depth: 32 };
