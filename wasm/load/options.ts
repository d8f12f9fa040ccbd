import { checkNames, OptionError } from "../../internal/mod.ts";
import { parseAddress } from "../../net/mod.ts";
import type {
  CounterStamp,
  Endpoint,
  Field,
  Payload,
  SessionSettings,
  TimestampStamp,
  TimestampUnit,
} from "../plan.ts";
import type { Segment } from "../session/mod.ts";
import { PacketParser } from "./parser.ts";

/** Where a number is in a header or packet. */
export interface FieldOptions {
  /** Its first byte. @default {0} */
  readonly start?: number;
  /** Its bytes, 1 to 8. */
  readonly length: number;
  /** The order of its bytes. @default {"little"} */
  readonly endian?: "little" | "big";
}

/** A number that counts the copies of a packet over all sessions. */
export interface CounterOptions extends FieldOptions {
  /** What it grows by; negative to count down. @default {1} */
  readonly step?: number;
}

/** The time of sending. */
export interface TimestampOptions extends FieldOptions {
  /** What it counts, since the Unix epoch. @default {"milliseconds"} */
  readonly unit?: TimestampUnit;
}

/** What `PacketLoad` takes. */
export interface PacketLoadOptions {
  /** The transport. @default {"tcp"} */
  readonly session?: "tcp" | "udp";
  /** Where sessions connect to, in turn: `host:port`, an IPv6 address in brackets. At least one. */
  readonly endpoints: readonly string[];
  /** TCP: bytes of the header of packets that come in, up to 65536. @default {0} */
  readonly headerSize?: number;
  /** Bytes of the longest body; a longer one ends its session. @default {65536} */
  readonly bodyMax?: number;
  /** Whether packets are read. @default where there is a `headerSize`, and for UDP */
  readonly read?: boolean;
  /** Whether a flood begins again after its last packet. @default {false} */
  readonly repeat?: boolean;
  /** Each session times its first packet and every n-th after it. @default {100} */
  readonly sampleRate?: number;
  /** Where the header says how long the body is. @default all of it, little-endian, up to 8 bytes */
  readonly length?: FieldOptions | null;
  /** Packets by name; text is UTF-8. @default {{}} */
  readonly packets?: Readonly<Record<string, Uint8Array | string>>;
  /** What answers packets; null for nothing. @default {null} */
  readonly handler?: PacketParser | null;
  /** Which of how many parts of one load this is: counters of the parts don't meet. */
  readonly segment?: Segment;
}

/** How a packet is sent. */
export interface PacketSendOptions {
  /** How often, by each session. @default {1} */
  readonly copies?: number;
  /** A counter in each copy. */
  readonly counter?: CounterOptions | null;
  /** A time in each copy. */
  readonly timestamp?: TimestampOptions | null;
}

/** `PacketLoadOptions`, checked. */
export interface LoadPlan {
  readonly settings: SessionSettings;
  readonly packets: Readonly<Record<string, Uint8Array>>;
  readonly handler: PacketParser | null;
  readonly segment: Segment;
}

/** Most copies that one step asks for. */
const MAX_COPIES = 2 ** 32;
const MAX_HEADER = 65_536;
const MAX_BODY = 1 << 30;

const LOAD_NAMES = [
  ...["session", "endpoints", "headerSize", "bodyMax", "read", "repeat", "sampleRate", "length"],
  ...["packets", "handler", "segment"],
];

/** Checks a load's options and fills in defaults. @throws {OptionError}, {NetError} `address_invalid` */
export function readLoadOptions(options: PacketLoadOptions): LoadPlan {
  checkNames("PacketLoad", options, LOAD_NAMES);
  const { session = "tcp", headerSize = 0, bodyMax = 65_536, sampleRate = 100 } = options;
  const { handler = null, segment = { index: 0, count: 1 }, repeat = false } = options;
  oneOf("session", session, ["tcp", "udp"]);
  whole("headerSize", headerSize, 0, MAX_HEADER);
  whole("bodyMax", bodyMax, 0, MAX_BODY);
  whole("sampleRate", sampleRate, 1, MAX_COPIES);
  whole("segment.count", segment.count, 1, MAX_HEADER);
  whole("segment.index", segment.index, 0, segment.count - 1);
  const { read = headerSize > 0 || session === "udp" } = options;
  boolean("read", read);
  boolean("repeat", repeat);
  if (read && session === "tcp" && headerSize === 0) {
    throw new OptionError("headerSize", "headerSize is 0: reading over TCP takes a header's bytes");
  }
  if (handler !== null && !(handler instanceof PacketParser)) {
    throw new OptionError("handler", `handler is no PacketParser: ${String(handler)}`);
  }
  const length = options.length == null ? null : readField("length", options.length, []);
  const settings: SessionSettings = {
    ...{ transport: session, endpoints: readEndpoints(options.endpoints), headerSize, bodyMax },
    ...{ read, repeat, sampleRate, length },
  };
  return { settings, packets: readPackets(options.packets ?? {}), handler, segment };
}

/** Checks how a packet is sent. @throws {OptionError} */
export function readPayload(packet: string, options: PacketSendOptions): Payload {
  checkNames("send", options, ["copies", "counter", "timestamp"]);
  const { copies = 1 } = options;
  whole("copies", copies, 1, MAX_COPIES);
  return {
    ...{ packet, copies },
    counter: options.counter == null ? null : readCounter(options.counter),
    timestamp: options.timestamp == null ? null : readTimestamp(options.timestamp),
  };
}

function readCounter(options: CounterOptions): CounterStamp {
  const field = readField("counter", options, ["step"]);
  const { step = 1 } = options;
  whole("counter.step", step, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return { ...field, step };
}

function readTimestamp(options: TimestampOptions): TimestampStamp {
  const field = readField("timestamp", options, ["unit"]);
  const { unit = "milliseconds" } = options;
  oneOf("timestamp.unit", unit, ["seconds", "milliseconds", "microseconds", "nanoseconds"]);
  return { ...field, unit };
}

function readField(name: string, options: FieldOptions, more: readonly string[]): Field {
  checkNames(name, options, ["start", "length", "endian", ...more]);
  const { start = 0, length, endian = "little" } = options;
  whole(`${name}.start`, start, 0, MAX_BODY);
  whole(`${name}.length`, length, 1, 8);
  oneOf(`${name}.endian`, endian, ["little", "big"]);
  return { start, length, endian };
}

function readEndpoints(endpoints: readonly string[]): Endpoint[] {
  if (!Array.isArray(endpoints) || endpoints.length === 0) {
    throw new OptionError("endpoints", `endpoints must list host:port at least once: ${endpoints}`);
  }
  return endpoints.map((endpoint) => parseAddress(endpoint));
}

function readPackets(packets: Readonly<Record<string, unknown>>): Record<string, Uint8Array> {
  const read: Record<string, Uint8Array> = {};
  for (const [name, packet] of Object.entries(packets)) {
    if (packet instanceof Uint8Array) read[name] = packet.slice(); // The script may change its own.
    else if (typeof packet === "string") read[name] = new TextEncoder().encode(packet);
    else throw new OptionError(`packets.${name}`, `packet ${name} is neither bytes nor text`);
  }
  return read;
}

function whole(name: string, value: number, from: number, to: number): void {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return;
  throw new OptionError(name, `${name} must be a whole number, ${from} to ${to}: ${String(value)}`);
}

function boolean(name: string, value: boolean): void {
  if (typeof value === "boolean") return;
  throw new OptionError(name, `${name} must be true or false: ${String(value)}`);
}

function oneOf(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new OptionError(name, `${name} must be one of ${choices.join(", ")}: ${String(value)}`);
}
