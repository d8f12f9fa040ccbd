/** Phases of the last attempt in milliseconds, under k6's names. */
export interface ResponseTimings {
  /** Waiting for a connection, making one included. */
  readonly blocked: number;
  /** Making the connection. */
  readonly connecting: number;
  /** The TLS handshake. */
  readonly "tls_handshaking": number;
  /** Writing the request. */
  readonly sending: number;
  /** Until the first byte of the response. */
  readonly waiting: number;
  /** Until its last byte. */
  readonly receiving: number;
  /** `sending + waiting + receiving`. */
  readonly duration: number;
}
