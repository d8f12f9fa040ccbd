import type { UdpSocket } from "../../net/mod.ts";
import { PACKET_METRICS } from "../metrics.ts";
import type { Intake } from "./intake.ts";
import type { EndpointSeries } from "./series.ts";

/** Most bytes of a datagram: what its length field can say. */
const MAX_DATAGRAM = 65_535;

/** Kinds of datagrams that are not just a packet, as a UDP socket counts them. */
const FAULTS = ["empty", "cut", "stray", "refused"] as const;

/**
 * Reads datagrams, each of them a packet, until the socket closes. One that is longer than `most` is
 * counted and dropped: it says nothing about the peer, anybody can send it.
 *
 * @param flush called after each
 */
export async function readDatagrams(
  socket: UdpSocket,
  most: number,
  intake: Intake,
  series: EndpointSeries,
  flush: () => void,
): Promise<void> {
  const buffer = new Uint8Array(Math.max(1, Math.min(most, MAX_DATAGRAM)));
  const seen = { empty: 0, cut: 0, stray: 0, refused: 0 };
  for (;;) {
    const count = await socket.readInto(buffer);
    if (count === null) return;
    intake.read(count);
    const isCut = socket.cut > seen.cut;
    for (const kind of FAULTS) {
      const times = socket[kind] - seen[kind];
      if (times === 0) continue;
      seen[kind] += times;
      series.count(PACKET_METRICS.datagramFaults, "reason", kind, times);
    }
    if (isCut) continue;
    intake.take(buffer, 0, count);
    flush();
    if (intake.full) await intake.hasRoom();
  }
}
