import { encodeName } from "./_name.ts";
import { readData } from "./_rdata.ts";
import { malformed, Reader } from "./_reader.ts";
import { type DnsRecord, type RecordType, TYPE_NUMBERS, TYPES_BY_NUMBER } from "./records.ts";

const CLASS_IN = 1;
const TYPE_OPT = 41;
const RECURSION_DESIRED = 0x0100;
const MAX_RECORDS = 4096; // A message of 65535 bytes holds about as many addresses.

/** The size of datagrams that servers may answer with: what passes without fragments. */
const UDP_SIZE = 1232;

/** A question, and how it is put. */
export interface Query {
  /** 0 to 65535; the reply carries it too. */
  readonly id: number;
  /** The name asked for. */
  readonly name: string;
  /** The type of record asked for. */
  readonly type: RecordType;
  /** Whether to say, by EDNS (RFC 6891), how large a datagram may be. */
  readonly edns: boolean;
}

/** The start of a message: what tells whether it is the reply that is waited for. */
export interface Head {
  readonly id: number;
  /** False for a query. */
  readonly isReply: boolean;
  /** 0 for the usual kind of query. */
  readonly opcode: number;
  /** Whether the server has the zone itself. */
  readonly authoritative: boolean;
  /** Whether records were left out because they didn't fit. */
  readonly truncated: boolean;
  /** The low four bits of the response code. */
  readonly rcode: number;
  /** The question that is answered; null where the message repeats none. */
  readonly question: { readonly name: string; readonly type: number } | null;
}

/** A reply, taken apart. */
export interface Reply extends Head {
  /** The response code, with the bits that EDNS adds. */
  readonly rcode: number;
  /** Records of the answer section that are of a known type; others are left out. */
  readonly records: readonly DnsRecord[];
}

/**
 * The bytes of a query (RFC 1035 §4.1) for class IN that asks for recursion.
 *
 * @throws {NetError} `address_invalid` for what isn't a name
 */
export function encodeQuery(query: Query): Uint8Array {
  const { id, type, edns } = query;
  const name = encodeName(query.name);
  const header = [id, RECURSION_DESIRED, 1, 0, 0, edns ? 1 : 0];
  const question = [TYPE_NUMBERS[type], CLASS_IN];
  const option = edns ? [0, ...u16s([TYPE_OPT, UDP_SIZE, 0, 0, 0])] : [];
  return Uint8Array.from([...u16s(header), ...name, ...u16s(question), ...option]);
}

function u16s(values: readonly number[]): number[] {
  return values.flatMap((value) => [value >> 8, value & 0xff]);
}

/**
 * The header and the question of a message.
 *
 * @throws {NetError} `dns_failed` when it is malformed
 */
export function decodeHead(bytes: Uint8Array): Head {
  return readHead(new Reader(bytes)).head;
}

/**
 * A reply (RFC 1035, 2782, 3403, 3596, 6891, 8659).
 *
 * @throws {NetError} `dns_failed` when it is malformed
 */
export function decodeReply(bytes: Uint8Array): Reply {
  const reader = new Reader(bytes);
  const { head, answers, others } = readHead(reader);
  if (answers + others > MAX_RECORDS) throw malformed(`it has over ${MAX_RECORDS} records`);
  const records: DnsRecord[] = [];
  for (let i = 0; i < answers; i++) {
    const record = readRecord(reader);
    if (record !== null) records.push(record);
  }
  let { rcode } = head;
  for (let i = 0; i < others; i++) rcode |= readExtendedRcode(reader);
  return { ...head, rcode, records };
}

function readHead(reader: Reader): { head: Head; answers: number; others: number } {
  const id = reader.u16();
  const flags = reader.u16();
  const [questions, answers, others] = [reader.u16(), reader.u16(), reader.u16() + reader.u16()];
  if (questions > 1) throw malformed(`it has ${questions} questions`);
  let question: Head["question"] = null;
  if (questions === 1) {
    question = { name: reader.name(), type: reader.u16() };
    if (reader.u16() !== CLASS_IN) throw malformed("its question is of another class");
  }
  const head: Head = {
    id,
    isReply: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    rcode: flags & 15,
    question,
  };
  return { head, answers, others };
}

/** The next record; null when it is of another class or an unknown type. */
function readRecord(reader: Reader): DnsRecord | null {
  const name = reader.name();
  const type = TYPES_BY_NUMBER.get(reader.u16());
  const inClass = reader.u16() === CLASS_IN;
  const ttl = reader.u32();
  const data = reader.within(reader.u16());
  if (type === undefined || !inClass) return null;
  // A lifetime with the high bit set is none (RFC 2181 §8).
  const record = { name, type, ttl: ttl < 2 ** 31 ? ttl : 0, data: readData(type, data) };
  return record as DnsRecord; // The table of readers ties data to type.
}

/** Skips a record; the bits that it adds to the response code, if it is the one of EDNS. */
function readExtendedRcode(reader: Reader): number {
  reader.name();
  const type = reader.u16();
  reader.u16();
  const ttl = reader.u32();
  reader.take(reader.u16());
  return type === TYPE_OPT ? (ttl >>> 24) << 4 : 0;
}
