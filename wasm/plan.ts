/**
 * What a packet load does, as data: a script (`wasm/script`) compiles to it, a program builds it,
 * shards play their part of it. It is JSON: packets and guests travel beside it.
 */

/** Bytes of a packet or header that hold one unsigned number: `length` of them (1 to 8) from `start`. */
export interface Field {
  /** First byte, from 0. */
  readonly start: number;
  /** Bytes, 1 to 8. */
  readonly length: number;
  /** Order of the bytes. */
  readonly endian: "little" | "big";
}

/** A number that counts over all sessions of a `SEND`: 0, `step`, 2 × `step` …, cut to the field. */
export interface CounterStamp extends Field {
  /** Any integer; negative ones count down. */
  readonly step: number;
}

/** Units of a time stamp: since the Unix epoch, cut to the field. */
export type TimestampUnit = "seconds" | "milliseconds" | "microseconds" | "nanoseconds";

/** The time of sending, written into each copy. */
export interface TimestampStamp extends Field {
  /** What is counted since the epoch. */
  readonly unit: TimestampUnit;
}

/** Where sessions connect to: a name or an address, IPv6 without brackets. */
export interface Endpoint {
  /** Name or address. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** How sessions speak. */
export interface SessionSettings {
  /** What carries the packets. */
  readonly transport: "tcp" | "udp";
  /** Sessions connect to them in turn. At least one. */
  readonly endpoints: readonly Endpoint[];
  /** TCP: bytes of a header. 0 where nothing is read. */
  readonly headerSize: number;
  /** Bytes of the longest body; a longer one ends its session. */
  readonly bodyMax: number;
  /** Whether sessions read what the server sends. */
  readonly read: boolean;
  /** Whether sessions begin again with their first payload after their last. */
  readonly repeat: boolean;
  /** Each session times its first packet and every n-th after it. Default 100. */
  readonly sampleRate: number;
  /** Where the header says how long the body is, unless the guest has `handle_header`. */
  readonly length: Field | null;
}

/** Sessions `from` to `to` − 1. */
export interface Range {
  /** First session, from 0. */
  readonly from: number;
  /** The one behind the last. */
  readonly to: number;
}

/** Some copies of one packet, for each session of a range. */
export interface Payload {
  /** Name in the plan's packets. */
  readonly packet: string;
  /** How many, at least 1. */
  readonly copies: number;
  /** Written into each copy; null for none. */
  readonly counter: CounterStamp | null;
  /** Written into each copy; null for none. */
  readonly timestamp: TimestampStamp | null;
}

/** One step; `offsetMs` is the time after the step before it. */
export type Action =
  & { readonly offsetMs: number }
  & (
    | { readonly kind: "create"; readonly sessions: number }
    | { readonly kind: "connect" | "flood" | "drain" | "disconnect"; readonly range: Range }
    | { readonly kind: "send"; readonly range: Range; readonly payload: Payload }
  );

/** All of a packet load. */
export interface StressPlan {
  /** What the script calls it. */
  readonly name: string;
  /** How its sessions speak. */
  readonly settings: SessionSettings;
  /** How many shards share the sessions, in contiguous blocks; null: one per core. */
  readonly shards: number | null;
  /** Files of the packets, by name. */
  readonly packets: Readonly<Record<string, string>>;
  /** File of the guest that answers packets, or null (`NOP`: read and drop). */
  readonly handler: string | null;
  /** What happens, in order. */
  readonly actions: readonly Action[];
}
