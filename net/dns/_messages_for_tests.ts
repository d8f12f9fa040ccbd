import { encodeName } from "./_name.ts";
import { parseIp } from "../../internal/mod.ts";
import { type RecordData, type RecordType, TYPE_NUMBERS } from "./records.ts";

/** A record as a test writes it; `data` may be raw bytes, `type` a number of any. */
export type TestRecord =
  & { name: string; ttl?: number; class?: number }
  & (
    | { [T in RecordType]: { type: T; data: RecordData[T] | Uint8Array } }[RecordType]
    | { type: number; data: Uint8Array }
  );

/** A message as a test writes it. */
export interface TestMessage {
  id?: number;
  /** All 16 bits; by default a reply to a query that wanted recursion. */
  flags?: number;
  question?: { name: string; type: RecordType } | null;
  answers?: readonly TestRecord[];
  authority?: readonly TestRecord[];
  additional?: readonly TestRecord[];
}

/** A message on the wire, without compression. */
export function encodeMessage(message: TestMessage): Uint8Array {
  const { id = 1, flags = 0x8180, question = null, answers = [], authority = [], additional = [] } =
    message;
  const counts = [question === null ? 0 : 1, answers.length, authority.length, additional.length];
  return join(
    u16(id, flags, ...counts),
    question === null ? [] : [...encodeName(question.name), ...u16(TYPE_NUMBERS[question.type], 1)],
    ...[...answers, ...authority, ...additional].map(encodeRecord),
  );
}

/** A reply to a query: its id and question, with other parts as given. */
export function replyTo(query: Uint8Array, message: TestMessage = {}): Uint8Array {
  const reply = encodeMessage({ ...message, id: query[0]! << 8 | query[1]! });
  const question = questionOf(query);
  const counts = u16(1);
  return join(reply.subarray(0, 4), counts, reply.subarray(6, 12), question, reply.subarray(12));
}

/** The bytes of a query's question. */
export function questionOf(query: Uint8Array): Uint8Array {
  let end = 12;
  while (query[end] !== 0) end += query[end]! + 1;
  return query.subarray(12, end + 5);
}

function encodeRecord(record: TestRecord): Uint8Array {
  const { name, type, ttl = 60 } = record;
  const data = record.data instanceof Uint8Array
    ? record.data
    : ENCODERS[type as RecordType](record.data as never);
  const number = typeof type === "number" ? type : TYPE_NUMBERS[type];
  return join(encodeName(name), u16(number, record.class ?? 1), u32(ttl), u16(data.length), data);
}

const ENCODERS: { [T in RecordType]: (data: RecordData[T]) => Uint8Array } = {
  A: (ip) => parseIp(ip)!,
  AAAA: (ip) => parseIp(ip)!,
  CNAME: encodeName,
  NS: encodeName,
  PTR: encodeName,
  MX: ({ preference, exchange }) => join(u16(preference), encodeName(exchange)),
  SOA: (soa) =>
    join(
      encodeName(soa.mname),
      encodeName(soa.rname),
      u32(soa.serial),
      u32(soa.refresh),
      u32(soa.retry),
      u32(soa.expire),
      u32(soa.minimum),
    ),
  SRV: ({ priority, weight, port, target }) =>
    join(u16(priority, weight, port), encodeName(target)),
  TXT: (strings) => join(...strings.map(string)),
  CAA: ({ critical, tag, value }) => join([critical ? 0x80 : 0], string(tag), utf8(value)),
  NAPTR: (rule) =>
    join(
      u16(rule.order, rule.preference),
      string(rule.flags),
      string(rule.services),
      string(rule.regexp),
      encodeName(rule.replacement),
    ),
};

/** A character string. */
export function string(text: string): Uint8Array {
  const bytes = utf8(text);
  return join([bytes.length], bytes);
}

/** Bytes one after another. */
export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Values of two bytes. */
export function u16(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value >> 8 & 0xff, value & 0xff]);
}

/** A value of four bytes. */
export function u32(value: number): number[] {
  return u16(value >>> 16, value & 0xffff);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Repeatable chance: whole numbers from 0 up to `below`, without it (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ state >>> 15, state | 1);
    value ^= value + Math.imul(value ^ value >>> 7, value | 61);
    return Math.floor(((value ^ value >>> 14) >>> 0) / 2 ** 32 * below);
  };
}
