/**
 * How much a script may ask for: what it says comes from outside. Above these a plan would not fit
 * one machine, or a mistyped number would take it down.
 */
export const SCRIPT_LIMITS = {
  /** Characters of a script. */
  characters: 1024 * 1024,
  /** Characters of a file's name. */
  path: 4096,
  /** Actions of the `ORCHESTRATOR`. */
  actions: 10_000,
  /** Sessions that `CREATE` makes. */
  sessions: 100_000,
  /** Names in `PACKETS`. */
  packets: 1000,
  /** Bytes of one packet over TCP. */
  packetBytes: 16 * 1024 * 1024,
  /** Bytes of one packet over UDP: what fits an IPv4 datagram (RFC 768, RFC 791 §3.1). */
  datagramBytes: 65_507,
  /** `COPIES` of one `SEND`. */
  copies: 1_000_000,
  /** Entries of `ENDPOINTS`. */
  endpoints: 256,
  /** `SHARDS`. */
  shards: 256,
  /** `SAMPLERATE`. */
  sampleRate: 1_000_000_000,
  /** `HEADERSIZE` in bytes. */
  headerSize: 65_536,
  /**
   * `BODYMAX` in bytes: as long as the packets that are sent. A guest has memory for shorter ones
   * (`GuestLimits.maxPages`), and gives no response to others.
   */
  bodyMax: 16 * 1024 * 1024,
  /** Milliseconds from the first action to the last: a day. */
  planMs: 24 * 60 * 60 * 1000,
  /** Problems that are told of; more are counted. */
  problems: 1000,
} as const;
