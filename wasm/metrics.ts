import type { Metric } from "../metrics/mod.ts";

const counter = (name: string): Metric => ({ name, type: "counter", contains: "default" });
const bytes = (name: string): Metric => ({ name, type: "counter", contains: "data" });
const trend = (name: string): Metric => ({ name, type: "trend", contains: "time" });

/**
 * What packet sessions record. Tags: `endpoint` (`host:port`), `transport`, and `action`
 * (`send:hello`, `flood`, `response`) where it is about packets sent.
 */
export const PACKET_METRICS: Readonly<
  Record<
    | "packetsSent"
    | "packetsReceived"
    | "bytesSent"
    | "bytesReceived"
    | "connections"
    | "connectionsFailed"
    | "opened"
    | "closed"
    | "sessionsFailed"
    | "connecting"
    | "sending"
    | "reading"
    | "responding"
    | "parsing"
    | "datagramFaults"
    | "traps"
    | "emptyResponses",
    Metric
  >
> = {
  packetsSent: counter("packet_packets_sent"),
  packetsReceived: counter("packet_packets_received"),
  bytesSent: bytes("packet_bytes_sent"),
  bytesReceived: bytes("packet_bytes_received"),
  /** Connections tried, and those that failed; tag `reason` on the second. */
  connections: counter("packet_connections"),
  connectionsFailed: counter("packet_connections_failed"),
  /**
   * Sessions that connected, and those of them that ended, for whatever reason: the difference is
   * what is open. Two counters, because gauges of several shards don't add up.
   */
  opened: counter("packet_sessions_opened"),
  closed: counter("packet_sessions_closed"),
  /** Sessions that ended on a failure of their own; tag `reason`. */
  sessionsFailed: counter("packet_sessions_failed"),
  connecting: trend("packet_connecting"),
  /** From the wish to send until the kernel has all of the packet. */
  sending: trend("packet_sending"),
  /** From the wish to read until a whole packet is there. */
  reading: trend("packet_reading"),
  /** From the first byte sent of a packet until the next whole packet came in on its session. */
  responding: trend("packet_responding"),
  /** One packet in the guest, copies included. */
  parsing: trend("packet_parsing"),
  /** Datagrams that were not just a packet; tag `reason`: `empty`, `cut`, `stray`, `refused`. */
  datagramFaults: counter("packet_datagram_faults"),
  /** Calls of the guest that trapped; tag `function`. */
  traps: counter("packet_traps"),
  /** Packets that the guest had no answer to, or none that could be used; tag `reason`. */
  emptyResponses: counter("packet_empty_responses"),
};
