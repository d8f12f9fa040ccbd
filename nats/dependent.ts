/** What stands on a connection and wants to know when that goes. */
export interface Dependent {
  /** Resolves when nothing of it is in flight: a drain waits for it. */
  idle?(): Promise<void>;
  /** Called when the connection was lost: it may be made again, what was on its way is gone. */
  lost?(): void;
  /** Called once, when the connection has ended and nothing is in flight any more. */
  ended(): void;
}
