/** What one measurement found. */
export interface PacketFigure {
  /** Packets or bytes. */
  readonly perSecond: number;
  /** User and system CPU of the client for each, in microseconds. */
  readonly cpuUs: number;
  /** Memory that each session added to the client, in bytes. */
  readonly bytesEach: number;
}
