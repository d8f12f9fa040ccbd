import type { Service } from "./server.ts";
import { BLOCK_BYTES } from "./streams.ts";

/** Names for `--only`. */
export const PARTS = ["tcp", "unix", "tls", "blocks", "udp"] as const;
type Part = typeof PARTS[number];

/** A client with what it loads. */
export interface NetSubject {
  readonly name: string;
  /** This package's sockets, or Deno's own connections. */
  readonly client: "our_client.ts" | "bare_client.ts";
  readonly service: Service;
  /** The parts that need it. */
  readonly parts: readonly Part[];
}

/** Subjects that are measured in the same rounds, against one server. */
export interface Case {
  readonly title: string;
  /** What is counted: one, several, and how much of a client's count is one. */
  readonly unit: string;
  readonly units: string;
  readonly unitCount: number;
  readonly connections: number;
  readonly subjects: readonly NetSubject[];
}

/** One subject beside another. */
export interface Comparison {
  readonly part: Part;
  readonly above: string;
  readonly below: string;
  /** The rate of the first, of the second's; null where it is only to be known. */
  readonly goal: number | null;
}

const MESSAGES = { unit: "message", units: "messages", unitCount: 1 };
const BLOCKS = { unit: "MB", units: "MB", unitCount: BLOCK_BYTES, connections: 1 };

/** All that can be measured. */
export const CASES: readonly Case[] = [
  {
    ...{ title: "64 B echo, 64 connections", ...MESSAGES, connections: 64 },
    subjects: [
      ours("TCP.open", "tcp-echo", "tcp", "unix"),
      bare("Deno.connect", "tcp-echo", "tcp"),
      ours("IPC.open", "unix-echo", "unix"),
      bare("Deno.connect unix", "unix-echo", "unix"),
    ],
  },
  {
    ...{ title: "64 B echo over TLS, 64 connections", ...MESSAGES, connections: 64 },
    subjects: [
      ours("TCP.open tls", "tls-echo", "tls"),
      bare("Deno.startTls", "tls-echo", "tls"),
    ],
  },
  {
    ...{ title: "1 MB blocks, up", ...BLOCKS },
    subjects: [
      ours("TCP.open up", "tcp-discard", "blocks"),
      bare("Deno.connect up", "tcp-discard", "blocks"),
    ],
  },
  {
    ...{ title: "1 MB blocks, down", ...BLOCKS },
    subjects: [
      ours("TCP.open down", "tcp-source", "blocks"),
      bare("Deno.connect down", "tcp-source", "blocks"),
    ],
  },
  {
    ...{ title: "64 B datagrams, one at a time", ...MESSAGES, connections: 1 },
    subjects: [
      ours("UDP.open", "udp-echo", "udp"),
      bare("Deno.listenDatagram", "udp-echo", "udp"),
    ],
  },
];

/** What is compared. */
export const COMPARISONS: readonly Comparison[] = [
  { part: "tcp", above: "TCP.open", below: "Deno.connect", goal: 0.85 },
  { part: "unix", above: "IPC.open", below: "TCP.open", goal: 1 },
  { part: "unix", above: "IPC.open", below: "Deno.connect unix", goal: null },
  { part: "tls", above: "TCP.open tls", below: "Deno.startTls", goal: 0.85 },
  { part: "blocks", above: "TCP.open up", below: "Deno.connect up", goal: 0.9 },
  { part: "blocks", above: "TCP.open down", below: "Deno.connect down", goal: 0.9 },
  { part: "udp", above: "UDP.open", below: "Deno.listenDatagram", goal: 0.85 },
];

/** The cases, with the subjects that the parts need. */
export function casesOf(parts: ReadonlySet<string>): Case[] {
  return CASES.map((each) => ({
    ...each,
    subjects: each.subjects.filter((subject) => subject.parts.some((part) => parts.has(part))),
  })).filter((each) => each.subjects.length > 0);
}

function ours(name: string, service: Service, ...parts: Part[]): NetSubject {
  return { name, client: "our_client.ts", service, parts };
}

function bare(name: string, service: Service, ...parts: Part[]): NetSubject {
  return { name, client: "bare_client.ts", service, parts };
}
