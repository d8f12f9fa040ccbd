/** How many connections there may be, and how long. Times in milliseconds, Infinity for no limit. */
export interface PoolLimits {
  /** Most connections to one origin. */
  readonly maxConnections: number;
  /** Most idle ones that are kept, of one origin. */
  readonly maxIdle: number;
  /** How long an idle one is kept. */
  readonly maxIdleMs: number;
  /** How long one is used. */
  readonly maxAgeMs: number;
}
