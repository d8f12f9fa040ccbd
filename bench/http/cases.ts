import { scriptRunOf } from "../downpour.ts";
import { curl } from "../peers/curl.ts";
import { h2load } from "../peers/h2load.ts";
import { wrk } from "../peers/wrk.ts";
import type { Generator, Peer } from "../sample.ts";
import { nodeH2, ourH2 } from "./h2_generators.ts";

/** Names for `--only`. */
export const CASE_PARTS = ["tls", "discard", "h2", "download", "upload", "shards"] as const;

/** What a case loads; what it needs for that is in `targets.ts`. */
export type TargetKind = "plain" | "secure" | "h2" | "file" | "upload";

/** Generators that are measured in the same rounds, against one server. */
export interface HttpCase {
  readonly part: typeof CASE_PARTS[number];
  readonly title: string;
  readonly target: TargetKind;
  readonly connections: number;
  /** Measured for longer: what is compiled while it runs would count for too much. Default false. */
  readonly long?: boolean;
  /** Of each body that moves, where it is bytes that count. */
  readonly bodyBytes?: number;
  readonly peers: readonly Peer[];
  readonly generators: readonly Generator[];
  readonly comparisons: readonly Comparison[];
  /** Processors without which its ratio says little, and what to say then. */
  readonly wants?: { readonly cores: number; readonly reason: string };
}

/** The rate of one generator beside that of another. */
export interface Comparison {
  readonly figure: string;
  readonly above: string;
  readonly below: string;
  readonly goal: number;
  readonly aim: number | null;
}

const STREAMS = 64;
/** Bytes of a body that goes up. */
const UPLOAD_BYTES = 1_000_000;
/** Bytes of a body that comes down. */
export const DOWNLOAD_BYTES = 10_000_000;

const discarding = scriptRunOf("downpour script", "get_discard.ts");
const posting = scriptRunOf("downpour script", "post.ts", {
  env: { BODY_BYTES: String(UPLOAD_BYTES) },
});

/** All that can be measured so. */
export const CASES: readonly HttpCase[] = [
  {
    ...{ part: "tls", title: "HTTP/1.1 over TLS, 64 connections" },
    ...{ target: "secure", connections: 64, long: true },
    peers: [wrk()],
    generators: [scriptRunOf("downpour script", "get_over_tls.ts")],
    comparisons: [beside("throughput over TLS, of wrk's", "downpour script", "wrk -t1", 0.6)],
  },
  {
    ...{ part: "discard", title: "bodies discarded, 64 connections" },
    ...{ target: "plain", connections: 64, long: true },
    peers: [wrk()],
    generators: [discarding],
    comparisons: [
      beside("throughput, bodies discarded, of wrk's", "downpour script", "wrk -t1", 0.7),
    ],
  },
  {
    ...{ part: "h2", title: "HTTP/2 over TLS, 1 connection, 64 streams" },
    ...{ target: "h2", connections: 1 },
    peers: [h2load(STREAMS)],
    generators: [ourH2(STREAMS), nodeH2(STREAMS)],
    comparisons: [
      beside("HTTP/2 throughput, of h2load's", "Client", `h2load -c1 -m${STREAMS}`, 0.45, 0.65),
      beside("HTTP/2 throughput, of node:http2's", "Client", "node:http2", 6),
    ],
  },
  {
    ...{ part: "download", title: "10 MB down, 1 connection" },
    ...{ target: "file", connections: 1, bodyBytes: DOWNLOAD_BYTES },
    peers: [curl],
    generators: [discarding],
    comparisons: [beside("10 MB downloads, of curl's", "downpour script", "curl", 0.8)],
  },
  {
    ...{ part: "upload", title: "1 MB up, 4 connections" },
    ...{ target: "upload", connections: 4, bodyBytes: UPLOAD_BYTES },
    peers: [wrk(UPLOAD_BYTES)],
    generators: [posting],
    comparisons: [beside("1 MB POSTs, of wrk's", "downpour script", "wrk -t1", 0.8)],
  },
  {
    ...{ part: "shards", title: "shards, 64 connections" },
    ...{ target: "plain", connections: 64 },
    peers: [],
    generators: [
      scriptRunOf("one shard", "get_with_check.ts"),
      scriptRunOf("two shards", "get_with_check.ts", { shards: 2 }),
    ],
    comparisons: [beside("throughput of two shards, of one's", "two shards", "one shard", 1.7)],
    wants: { cores: 3, reason: "on 2 processors, generator and target share them" },
  },
];

/** Whether this machine has too few processors for a case to say much. */
export function isTooSmallFor({ wants }: HttpCase): boolean {
  return wants !== undefined && navigator.hardwareConcurrency < wants.cores;
}

function beside(
  figure: string,
  above: string,
  below: string,
  goal: number,
  aim: number | null = null,
): Comparison {
  return { figure, above, below, goal, aim };
}
