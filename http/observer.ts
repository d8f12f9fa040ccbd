/**
 * Told what happens in an exchange, by the lane that carries it and where it happens. It must not
 * throw, and is not waited for: what takes its time does so elsewhere.
 */
export interface ExchangeObserver {
  /** The request's head was given to the socket. */
  headSent(): void;
  /** Its last byte was. */
  sent(): void;
  /** An interim response came. @param head its status line and fields, valid during the call */
  informed(status: number, head: Uint8Array): void;
  /** The first bytes of the final response came. */
  started(): void;
}
