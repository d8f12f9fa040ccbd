import { checkNames, OptionError } from "../../internal/mod.ts";

/** What a packet target does with a packet that comes. */
export const PACKET_ANSWERS = ["echo", "broadcast", "none"] as const;
/** How it cuts what it sends over TCP. */
export const PACKET_SPLITS = ["whole", "bytes", "header", "coalesced"] as const;

/** `echo`: sends it back; `broadcast`: sends it to all that are connected; `none`: drops it. */
export type PacketAnswer = typeof PACKET_ANSWERS[number];

/**
 * `whole`: packets as they come; `bytes`: one byte at a time; `header`: a header in two parts, then
 * the body; `coalesced`: four packets and half of the next in one write, where there are as many.
 */
export type PacketSplit = typeof PACKET_SPLITS[number];

/** Where a packet's length stands: that of its body alone. */
export interface PacketHeader {
  /** Bytes of the header. @default {4} */
  size?: number;
  /** First byte of the length in it. @default {0} */
  start?: number;
  /** Bytes of the length, 1 to 4. Default: all of the header from `start`, 4 at most. */
  length?: number;
  /** Order of its bytes. @default {"big"} */
  endian?: "little" | "big";
}

/** What a packet target is like. */
export interface PacketTargetOptions {
  /** Address to listen on. @default {"127.0.0.1"} */
  hostname?: string;
  /** Port of TCP and of UDP, the same one; 0 picks a free one. @default {0} */
  port?: number;
  /** The header of its packets. */
  header?: PacketHeader;
  /** Bytes of the longest body; a client that announces a longer one is disconnected. @default {1048576} */
  bodyMax?: number;
  /** What it does with a packet. @default {"echo"} */
  answer?: PacketAnswer;
  /** How it cuts what it sends over TCP. @default {"whole"} */
  split?: PacketSplit;
  /** Sends a heartbeat to every client so often, milliseconds; 0 for none. @default {0} */
  heartbeatMs?: number;
  /**
   * Body of a heartbeat. Default: kind 1 (a ping), its number (u32) and the time of sending in
   * milliseconds since the epoch (u64), in network byte order.
   */
  heartbeat?: Uint8Array;
  /** Sends half of the packet after so many to a TCP client, and closes; 0 for never. @default {0} */
  closeAfter?: number;
  /** Reads nothing from TCP clients: what they write piles up in the system. @default {false} */
  deaf?: boolean;
}

/** The same with every default filled in. */
export interface PacketPlan {
  readonly hostname: string;
  readonly port: number;
  readonly header: Required<PacketHeader>;
  readonly bodyMax: number;
  readonly answer: PacketAnswer;
  readonly split: PacketSplit;
  readonly heartbeatMs: number;
  readonly heartbeat: Uint8Array | null;
  readonly closeAfter: number;
  readonly deaf: boolean;
}

const NAMES = ["hostname", "port", "header", "bodyMax", "answer", "split"].concat(
  ["heartbeatMs", "heartbeat", "closeAfter", "deaf"],
);

/** Checks options and fills in what is not given. @throws {OptionError} */
export function planOf(options: PacketTargetOptions): PacketPlan {
  checkNames("startPackets", options, NAMES);
  const { hostname = "127.0.0.1", port = 0, bodyMax = 2 ** 20, answer = "echo" } = options;
  const { split = "whole", heartbeatMs = 0, heartbeat = null, closeAfter = 0, deaf = false } =
    options;
  whole("port", port, 0, 65_535);
  whole("bodyMax", bodyMax, 0, 2 ** 26);
  whole("heartbeatMs", heartbeatMs, 0, 3_600_000);
  whole("closeAfter", closeAfter, 0, Number.MAX_SAFE_INTEGER);
  oneOf("answer", answer, PACKET_ANSWERS);
  oneOf("split", split, PACKET_SPLITS);
  const header = headerOf(options.header ?? {});
  const most = Math.min(bodyMax, 256 ** header.length - 1);
  if ((heartbeat?.length ?? HEARTBEAT_BYTES) > most) {
    throw new OptionError("heartbeat", `heartbeat is longer than a body can be (${most} bytes)`);
  }
  return {
    ...{ hostname, port, header, bodyMax: most, answer, split, heartbeatMs, closeAfter, deaf },
    heartbeat,
  };
}

/** Bytes of the default heartbeat's body. */
export const HEARTBEAT_BYTES = 13;

function headerOf(header: PacketHeader): Required<PacketHeader> {
  checkNames("header", header, ["size", "start", "length", "endian"]);
  const { size = 4, start = 0, endian = "big" } = header;
  whole("header.size", size, 1, 65_536);
  whole("header.start", start, 0, size - 1);
  const length = header.length ?? Math.min(4, size - start);
  whole("header.length", length, 1, Math.min(4, size - start));
  oneOf("header.endian", endian, ["little", "big"]);
  return { size, start, length, endian };
}

function whole(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new OptionError(
    option,
    `${option} must be a whole number from ${least} to ${most}: ${value}`,
  );
}

function oneOf(option: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new OptionError(option, `${option} is not one of ${choices.join(", ")}: "${value}"`);
}
