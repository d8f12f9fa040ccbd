/** What all sessions of a client have in common. */
export interface SessionOptions {
  /** Most bytes of a body that is kept. */
  maxBodyBytes: number;
  /** Whether the process may end while no stream is open. */
  letsProcessEnd: boolean;
  /** Most streams at a time, whatever the peer would take. Default: 100 until its SETTINGS came. */
  maxConcurrent?: number;
}
