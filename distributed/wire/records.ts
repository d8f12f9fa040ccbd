import { PoolError } from "../errors.ts";

/** Bytes of a record before its piece: u8 kind, u32 sequence (big-endian). Behind a goodbye's: u32 lost, reason. */
export const RECORD_HEADER_BYTES = 5;
/** The last sequence that a record can have. */
export const MAX_SEQUENCE = 2 ** 32 - 1;

/** Longest reason of a goodbye, bytes. */
const MAX_REASON_BYTES = 2048;
const BYE_BYTES = RECORD_HEADER_BYTES + 4;
const KINDS = { more: 0, last: 1, bye: 2 } as const;

/**
 * One record of what a part of a run says: a piece of a message, or its goodbye. A message is one
 * or more frames of a shard (`runner/shard/protocol.ts`), whole.
 */
export type UpRecord =
  | {
    readonly kind: "piece";
    /** Of the part, from 1, without gaps. */
    readonly sequence: number;
    /** Whether it is the last piece of its message. */
    readonly last: boolean;
    readonly bytes: Uint8Array;
  }
  /** Nothing comes behind it. */
  | {
    readonly kind: "bye";
    /** As of a piece: so it is also the number of records that the part sent. */
    readonly sequence: number;
    /** Messages that the part had no room for, so that they were never sent. */
    readonly lost: number;
    /** Why the part ended before it was told to; null when it was told. */
    readonly reason: string | null;
  };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A record's bytes. @throws {PoolError} `message_malformed` for a sequence beyond `MAX_SEQUENCE` */
export function encodeRecord(record: UpRecord): Uint8Array<ArrayBuffer> {
  const { kind, sequence } = record;
  if (!(sequence >= 1 && sequence <= MAX_SEQUENCE)) {
    throw malformed(`its sequence is ${sequence}, not from 1 to ${MAX_SEQUENCE}`);
  }
  if (kind === "bye") {
    const reason = encoder.encode(record.reason ?? "").subarray(0, MAX_REASON_BYTES);
    const bytes = withHeader(KINDS.bye, sequence, 4 + reason.length);
    viewOf(bytes).setUint32(RECORD_HEADER_BYTES, Math.min(record.lost, MAX_SEQUENCE));
    bytes.set(reason, BYE_BYTES);
    return bytes;
  }
  const bytes = withHeader(record.last ? KINDS.last : KINDS.more, sequence, record.bytes.length);
  bytes.set(record.bytes, RECORD_HEADER_BYTES);
  return bytes;
}

/** The record in bytes; a piece is a view of them. @throws {PoolError} `message_malformed` */
export function decodeRecord(bytes: Uint8Array): UpRecord {
  if (bytes.length < RECORD_HEADER_BYTES) throw malformed(`it has ${bytes.length} bytes`);
  const sequence = viewOf(bytes).getUint32(1);
  if (sequence === 0) throw malformed("its sequence is 0");
  const kind = bytes[0];
  if (kind === KINDS.bye) {
    const length = bytes.length - BYE_BYTES;
    if (length < 0 || length > MAX_REASON_BYTES) {
      throw malformed(`a goodbye of ${bytes.length} bytes`);
    }
    const lost = viewOf(bytes).getUint32(RECORD_HEADER_BYTES);
    const reason = length === 0 ? null : decoder.decode(bytes.subarray(BYE_BYTES));
    return { kind: "bye", sequence, lost, reason };
  }
  if (kind !== KINDS.more && kind !== KINDS.last) throw malformed(`its kind is ${kind}`);
  const piece = bytes.subarray(RECORD_HEADER_BYTES);
  if (piece.length === 0) throw malformed(`piece ${sequence} is empty`);
  return { kind: "piece", sequence, last: kind === KINDS.last, bytes: piece };
}

/**
 * A message as encoded records.
 *
 * @param first sequence of the first of them
 * @param maxBytes longest record, header included
 */
export function cutMessage(message: Uint8Array, first: number, maxBytes: number): Uint8Array[] {
  const room = maxBytes - RECORD_HEADER_BYTES;
  if (!(room >= 1)) throw new RangeError(`no piece fits into a record of ${maxBytes} bytes`);
  const records: Uint8Array[] = [];
  for (let at = 0; at < message.length; at += room) {
    records.push(encodeRecord({
      kind: "piece",
      sequence: first + records.length,
      last: at + room >= message.length,
      bytes: message.subarray(at, at + room),
    }));
  }
  return records;
}

/** What is wrong with a record, for whoever reads it. */
export function malformed(why: string, cause?: unknown): PoolError {
  return new PoolError("message_malformed", `got a malformed record of a part: ${why}`, cause);
}

function withHeader(kind: number, sequence: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RECORD_HEADER_BYTES + length);
  bytes[0] = kind;
  viewOf(bytes).setUint32(1, sequence);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
