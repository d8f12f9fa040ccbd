import type { Service } from "./server.ts";

/** What a client does: this package's sessions, or a loop over Deno's own sockets. */
export type Traffic = "echo" | "flood" | "datagrams";

/** What is measured beside a bare loop that does the same. */
export interface PacketCase {
  /** Name for `--only`. */
  readonly part: string;
  readonly title: string;
  readonly traffic: Traffic;
  readonly service: Service;
  readonly sessions: number;
  /** Bytes of a packet. */
  readonly bytes: number;
  /** Bytes of one write of the bare loop. */
  readonly bareBytes: number;
  /** What is counted, and how much of it is one. */
  readonly units: string;
  readonly unitCount: number;
  /** The part of the bare loop's rate to reach; null where it is only to be known. */
  readonly goal: number | null;
}

/** All that has a rate. */
export const PACKET_CASES: readonly PacketCase[] = [
  {
    ...{ part: "echo", title: "TCP echo through a parser, 256 sessions", traffic: "echo" },
    ...{ service: "tcp-echo", sessions: 256, bytes: 64, bareBytes: 64 },
    ...{ units: "packets", unitCount: 1, goal: 0.7 },
  },
  {
    ...{ part: "flood", title: "flood of stamped 1 KB packets", traffic: "flood" },
    ...{ service: "tcp-discard", sessions: 4, bytes: 1024, bareBytes: 1024 },
    ...{ units: "MB", unitCount: 1e6, goal: 0.8 },
  },
  {
    ...{ part: "flood", title: "the same beside writes of 64 KiB", traffic: "flood" },
    ...{ service: "tcp-discard", sessions: 4, bytes: 1024, bareBytes: 65_536 },
    ...{ units: "MB", unitCount: 1e6, goal: null },
  },
  {
    ...{ part: "udp", title: "UDP flood, 256 sessions", traffic: "datagrams" },
    ...{ service: "udp-discard", sessions: 256, bytes: 64, bareBytes: 64 },
    ...{ units: "datagrams", unitCount: 1, goal: 0.7 },
  },
];

/** Sessions that are opened to see what one takes. */
export const MANY_SESSIONS = 5000;

/** Names for `--only`. */
export const PACKET_PARTS: readonly string[] = [
  ...new Set(PACKET_CASES.map(({ part }) => part)),
  "sessions",
  "parser",
];
