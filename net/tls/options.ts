import type { Conn } from "../conn.ts";

/** PEM: text, its bytes, or a file that has it (anything with a method `text`). */
export type PemSource = string | Uint8Array | { text(): Promise<string> };

/** A TLS version. */
export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** How to make a connection secure. Everything has a default. */
export interface TlsOptions {
  /** Protocols to offer, the preferred one first (RFC 7301), for example `["h2", "http/1.1"]`. */
  alpn?: readonly string[];
  /**
   * Authorities to trust: PEM texts, or their bytes, at most 1 MiB each. Deno's engine trusts them
   * besides the built-in ones. Node's (see `TlsInfo.engine`) trusts them instead of those.
   */
  caCerts?: readonly PemSource[];
  /** The client's own certificate, PEM, with its chain; goes with `key`. */
  cert?: PemSource;
  /** The private key of `cert`, PEM, not encrypted. */
  key?: PemSource;
  /** The name to ask for (SNI) and to check the certificate against. Default: the host. */
  serverName?: string;
  /** Takes any certificate, for any name. Warns once for the process. @default {false} */
  insecureSkipVerify?: boolean;
  /** Lowest version to agree on. @default {"TLSv1.2"} */
  minVersion?: TlsVersion;
  /** Highest version to agree on. @default {"TLSv1.3"} */
  maxVersion?: TlsVersion;
  /**
   * Cipher suites to accept, by their IANA or OpenSSL names. A version that none of them is for is
   * not offered. Of a version that is, the runtime offers all suites, whatever it is told: when the
   * server chooses one that isn't listed, the handshake fails with `tls_failed`.
   */
  ciphers?: readonly string[];
  /**
   * A session to resume: `TlsInfo.session` of an earlier connection. The runtime (Deno 2.9) resumes
   * none: `TlsInfo.session` is always null, every handshake is a full one, and giving a session
   * changes nothing but for a warning, once for the process.
   */
  session?: Uint8Array;
  /** Also tell version, cipher and the peer's certificate, which takes a slower engine. @default {false} */
  details?: boolean;
}

/** A peer's certificate. */
export interface PeerCertificate {
  /** Names that it was issued to, as in `CN=example.org, O=Example`. */
  readonly subject: string;
  /** Who issued it. */
  readonly issuer: string;
  /** Names and addresses that it is for, as in `DNS:example.org` and `IP:127.0.0.1`. */
  readonly subjectAltNames: readonly string[];
  /** First moment of its life. */
  readonly validFrom: Date;
  /** Last moment of its life. */
  readonly validTo: Date;
  /** SHA-256 of its DER form, in upper case hexadecimal with colons. */
  readonly fingerprint256: string;
  /** Its DER form. */
  readonly raw: Uint8Array;
}

/** What TLS agreed on. */
export interface TlsInfo {
  /** The protocol of ALPN, or null without one. */
  readonly alpn: string | null;
  /** The name that was asked for and checked. */
  readonly serverName: string;
  /** For example `TLSv1.3`; null when `details` (or another option that brings it) wasn't asked for. */
  readonly version: string | null;
  /** The cipher suite's IANA name; null like `version`. */
  readonly cipher: string | null;
  /** Null like `version`. */
  readonly peerCertificate: PeerCertificate | null;
  /** Something to give as `session` next time; null where there is none, as with Deno 2.9. */
  readonly session: Uint8Array | null;
  /** Whether a session was resumed; false with Deno 2.9, see `TlsOptions.session`. */
  readonly resumed: boolean;
  /**
   * What did the handshake: Deno's own TLS, or Node's, which is slower, where the connection isn't
   * plain TCP or one of these is given: `cert`, `insecureSkipVerify`, `minVersion`, `maxVersion`,
   * `ciphers`, `session`, `details`.
   */
  readonly engine: "deno" | "node";
}

/** A connection that TLS protects. */
export interface Secured {
  /** Its plain side. Closing it closes the connection under it. */
  readonly conn: Conn;
  /** What was agreed on. */
  readonly info: TlsInfo;
}
