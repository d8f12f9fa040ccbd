/** A mail exchange (RFC 1035 §3.3.9). */
export interface MxData {
  /** The lower one is asked first. */
  readonly preference: number;
  /** The server's name; `.` says that the domain takes no mail (RFC 7505). */
  readonly exchange: string;
}

/** A zone's start of authority (RFC 1035 §3.3.13). */
export interface SoaData {
  /** Name of the primary server. */
  readonly mname: string;
  /** Mailbox of who is responsible, as a name. */
  readonly rname: string;
  /** Version of the zone. */
  readonly serial: number;
  /** Seconds between two refreshes of a secondary server. */
  readonly refresh: number;
  /** Seconds after which a failed refresh is tried again. */
  readonly retry: number;
  /** Seconds after which the zone is no longer authoritative without a refresh. */
  readonly expire: number;
  /** Seconds that "no such name" may be kept (RFC 2308). */
  readonly minimum: number;
}

/** A service's place (RFC 2782). */
export interface SrvData {
  /** The lower one is asked first. */
  readonly priority: number;
  /** Share among those of the same priority. */
  readonly weight: number;
  /** The service's port. */
  readonly port: number;
  /** The host's name; `.` says that there is no such service. */
  readonly target: string;
}

/** Who may issue certificates (RFC 8659). */
export interface CaaData {
  /** Whether an issuer that doesn't understand the tag must refuse. */
  readonly critical: boolean;
  /** For example `issue`, `issuewild`, `iodef`. */
  readonly tag: string;
  /** The property's value. */
  readonly value: string;
}

/** A rule that rewrites a name (RFC 3403). */
export interface NaptrData {
  /** The lower one is applied first. */
  readonly order: number;
  /** The lower one comes first among those of the same order. */
  readonly preference: number;
  /** For example `S`, `A`, `U`. */
  readonly flags: string;
  /** For example `SIP+D2U`. */
  readonly services: string;
  /** A substitution, or empty. */
  readonly regexp: string;
  /** The next name to ask for, or `.`. */
  readonly replacement: string;
}

/**
 * What records hold, by type. Names have no dot at the end (the root is `.`); dots and backslashes
 * inside a label are written `\.` and `\\`, other unusual bytes `\DDD` (RFC 1035 §5.1).
 */
export interface RecordData {
  /** An IPv4 address. */
  A: string;
  /** An IPv6 address in the form of RFC 5952. */
  AAAA: string;
  /** A mail exchange. */
  MX: MxData;
  /** The name that this one is an alias of. */
  CNAME: string;
  /** Name of a server of the zone. */
  NS: string;
  /** The name that belongs to an address. */
  PTR: string;
  /** The start of authority. */
  SOA: SoaData;
  /** A service's place. */
  SRV: SrvData;
  /** The record's strings, as they came; join them where one text was split. UTF-8. */
  TXT: readonly string[];
  /** Who may issue certificates. */
  CAA: CaaData;
  /** A rewriting rule. */
  NAPTR: NaptrData;
}

/** The types of records that can be asked for. */
export type RecordType = keyof RecordData;

/** A record of an answer. */
export type DnsRecord = {
  [T in RecordType]: {
    /** The owner, spelled as the server did. */
    readonly name: string;
    /** The record's type. */
    readonly type: T;
    /** Seconds that it may be kept. */
    readonly ttl: number;
    /** What it holds. */
    readonly data: RecordData[T];
  };
}[RecordType];

/** Numbers of the types (IANA, "DNS Parameters"). */
export const TYPE_NUMBERS: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  CAA: 257,
};

/** The types by their number. */
export const TYPES_BY_NUMBER: ReadonlyMap<number, RecordType> = new Map(
  Object.entries(TYPE_NUMBERS).map(([type, number]) => [number, type as RecordType]),
);

/** Names of the response codes (RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 6891 §9). */
const RCODES: Readonly<Record<number, string>> = {
  0: "NOERROR",
  1: "FORMERR",
  2: "SERVFAIL",
  3: "NXDOMAIN",
  4: "NOTIMP",
  5: "REFUSED",
  6: "YXDOMAIN",
  7: "YXRRSET",
  8: "NXRRSET",
  9: "NOTAUTH",
  10: "NOTZONE",
  16: "BADVERS",
};

/** A response code's name; `RCODE17` for one without. */
export function rcodeName(rcode: number): string {
  return RCODES[rcode] ?? `RCODE${rcode}`;
}

/** Whether two names are the same one: letters of either case are (RFC 4343). */
export function equalNames(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
