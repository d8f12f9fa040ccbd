import { formatIp } from "../../internal/mod.ts";
import { malformed, type Reader } from "./_reader.ts";
import type { RecordData, RecordType } from "./records.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Readers of record data, by type. A reader need not take all: the caller checks. */
const READERS: { readonly [T in RecordType]: (data: Reader) => RecordData[T] } = {
  A: (data) => formatIp(data.take(4)),
  AAAA: (data) => formatIp(data.take(16)),
  CNAME: (data) => data.name(),
  NS: (data) => data.name(),
  PTR: (data) => data.name(),
  MX: (data) => ({ preference: data.u16(), exchange: data.name() }),
  SOA: (data) => ({
    mname: data.name(),
    rname: data.name(),
    serial: data.u32(),
    refresh: data.u32(),
    retry: data.u32(),
    expire: data.u32(),
    minimum: data.u32(),
  }),
  SRV: (data) => ({
    priority: data.u16(),
    weight: data.u16(),
    port: data.u16(),
    target: data.name(),
  }),
  TXT(data) {
    const strings = [readString(data)];
    while (data.left > 0) strings.push(readString(data));
    return strings;
  },
  CAA: (data) => ({
    critical: (data.u8() & 0x80) !== 0,
    tag: readString(data),
    value: utf8.decode(data.take(data.left)),
  }),
  NAPTR: (data) => ({
    order: data.u16(),
    preference: data.u16(),
    flags: readString(data),
    services: readString(data),
    regexp: readString(data),
    replacement: data.name(),
  }),
};

/** What a record holds; all of its data must be used up. */
export function readData<T extends RecordType>(type: T, data: Reader): RecordData[T] {
  const value = READERS[type](data);
  if (data.left > 0) throw malformed(`a record of type ${type} is too long`);
  return value;
}

/** A character string: its length in a byte, then its bytes (RFC 1035 §3.3). */
function readString(data: Reader): string {
  return utf8.decode(data.take(data.u8()));
}
