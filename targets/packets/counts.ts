/** What passed through a packet target so far, TCP and UDP together. */
export interface PacketCounts {
  /** TCP connections accepted. */
  connections: number;
  /** Those of them that are open. */
  open: number;
  /** Packets that came whole. */
  packetsIn: number;
  /** Packets that were sent whole. */
  packetsOut: number;
  /** Bytes read. */
  bytesIn: number;
  /** Bytes that the system took to send. */
  bytesOut: number;
  /** Clients that were disconnected for a body that was too long, or for reading too slowly. */
  refused: number;
}

/** Nothing yet. */
export function noCounts(): PacketCounts {
  return {
    ...{ connections: 0, open: 0, packetsIn: 0, packetsOut: 0 },
    ...{ bytesIn: 0, bytesOut: 0, refused: 0 },
  };
}
