/** What all sessions of a group did, in sums. */
export interface Totals {
  /** Connections tried. */
  connections: number;
  /** Those of them that failed. */
  connectionsFailed: number;
  /** Sessions that are open now. */
  open: number;
  /** Sessions that ended on a failure, of a connection that had been made. */
  sessionsFailed: number;
  /** Sessions that the peer ended between two packets, although they were not drained. */
  closedByPeer: number;
  /** Packets that the system took whole, responses included. */
  packetsSent: number;
  /** Whole packets that came in. */
  packetsReceived: number;
  /** Bytes that the system took. */
  bytesSent: number;
  /** Bytes that came in, of packets that are not whole too. */
  bytesReceived: number;
  /** Failures of connecting and of sessions, by reason. */
  readonly reasons: Record<string, number>;
}

/** Nothing yet. */
export function newTotals(): Totals {
  return {
    ...{ connections: 0, connectionsFailed: 0, open: 0, sessionsFailed: 0, closedByPeer: 0 },
    ...{ packetsSent: 0, packetsReceived: 0, bytesSent: 0, bytesReceived: 0, reasons: {} },
  };
}
