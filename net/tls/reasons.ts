import { normalIp } from "../../internal/mod.ts";

/** The codes of `NetError` that TLS brings. */
export type TlsErrorCode =
  | "tls_certificate"
  | "tls_hostname"
  | "tls_record"
  | "tls_truncated"
  | "tls_failed";

/** What a failure of either engine means: a code, and words for people. */
export type TlsReason = readonly [TlsErrorCode, string];

const UNKNOWN_ISSUER: TlsReason = [
  "tls_certificate",
  "nobody who is trusted issued the certificate: give its authority as caCerts",
];
const EXPIRED: TlsReason = ["tls_certificate", "the certificate has expired"];
const NOT_YET_VALID: TlsReason = [
  "tls_certificate",
  "the certificate isn't valid yet: are the clocks right?",
];
const SELF_SIGNED: TlsReason = [
  "tls_certificate",
  "the certificate is self-signed: give it, or the authority that should have issued it, as caCerts",
];
const CUT_SHORT: TlsReason = [
  "tls_truncated",
  "the connection ended without close_notify, so data may be missing",
];

/** What rustls calls the faults of a certificate, in `invalid peer certificate: …`. */
const CERTIFICATE: readonly (readonly [RegExp, TlsReason])[] = [
  [/^UnknownIssuer/, UNKNOWN_ISSUER],
  [/^expired|^certificate expired/i, EXPIRED],
  [/^NotValidYet|^certificate not valid yet/i, NOT_YET_VALID],
  [/^Revoked/, ["tls_certificate", "the certificate is revoked"]],
  [/^InvalidPurpose/, ["tls_certificate", "the certificate isn't meant for servers"]],
  [/CaUsedAsEndEntity/, [
    "tls_certificate",
    "the certificate is an authority's, which can't be a server's",
  ]],
];

/** Node's codes: OpenSSL's names of the same. */
const BY_CODE: Readonly<Record<string, TlsReason>> = {
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: NOT_YET_VALID,
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_ISSUER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_ISSUER,
  CERT_REVOKED: ["tls_certificate", "the certificate is revoked"],
  INVALID_PURPOSE: ["tls_certificate", "the certificate isn't meant for servers"],
};

const CLIENT_CERTIFICATE = "the server refused the client's certificate, or misses one: " +
  "see cert and key";

/** What a server's alert most likely means (RFC 8446 §6.2), by rustls' name of it. */
const ALERTS: Readonly<Record<string, string>> = {
  HandshakeFailure: "the server found no cipher suite or curve in common, or misses a client " +
    "certificate (cert and key)",
  ProtocolVersion: "the server speaks none of the versions offered: see minVersion and " +
    "maxVersion, there is nothing below TLSv1.2",
  NoApplicationProtocol: "the server speaks none of the protocols in alpn",
  CertificateRequired: "the server wants a client certificate: give cert and key",
  BadCertificate: CLIENT_CERTIFICATE,
  UnsupportedCertificate: CLIENT_CERTIFICATE,
  CertificateRevoked: CLIENT_CERTIFICATE,
  CertificateExpired: CLIENT_CERTIFICATE,
  CertificateUnknown: CLIENT_CERTIFICATE,
  UnknownCA: CLIENT_CERTIFICATE,
  AccessDenied: CLIENT_CERTIFICATE,
  UnrecognisedName: "the server has no site of this name: see serverName",
  InternalError: "the server failed by itself",
};

/**
 * What went wrong with TLS, of what Deno's or Node's TLS threw while it shook hands, read or wrote;
 * undefined when it isn't TLS that failed.
 */
export function tlsReason(cause: unknown): TlsReason | undefined {
  if (!(cause instanceof Error)) return undefined;
  if (cause instanceof Deno.errors.UnexpectedEof) return CUT_SHORT;
  const { message } = cause;
  const [, alert] = /received fatal alert: (\w+)/.exec(message) ?? [];
  if (alert !== undefined) {
    const meaning = ALERTS[alert];
    const shown = meaning === undefined ? "the server ended it" : meaning;
    return ["tls_failed", `${shown} (alert ${alert})`];
  }
  const [, fault] = /invalid peer certificate: (.*)/s.exec(message) ?? [];
  if (fault !== undefined) return certificateReason(fault);
  if (/^received corrupt message|^cannot decrypt peer's message/.test(message)) {
    return [
      "tls_record",
      "what came isn't TLS: is it the right port, does the server want STARTTLS?",
    ];
  }
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  if (BY_CODE[code] !== undefined) return BY_CODE[code];
  if (/CERT|SIGNATURE/.test(code) && !code.startsWith("ERR_")) return ["tls_certificate", message];
  const isTls = cause instanceof Deno.errors.InvalidData || /^ERR_(SSL|TLS)_/.test(code);
  return isTls ? ["tls_failed", message] : undefined;
}

/** The fault of a certificate for other names; `names` are its own. */
export function wrongName(server: string, names: readonly string[]): TlsReason {
  const shown = names.length === 0
    ? "no name at all"
    : names.slice(0, 10).join(", ") + (names.length > 10 ? ` and ${names.length - 10} more` : "");
  return [
    "tls_hostname",
    `the certificate isn't for ${server} but for ${shown}: see serverName`,
  ];
}

function certificateReason(fault: string): TlsReason {
  const [, server] = /^certificate not valid for name "([^"]*)"/.exec(fault) ?? [];
  if (server !== undefined) {
    const names = fault.matchAll(/(DnsName|IpAddress)\(([^)]*)\)/g);
    return wrongName(
      server,
      [...names].map(([, kind, name = ""]) =>
        kind === "DnsName" ? `DNS:${name.replaceAll('"', "")}` : `IP:${normalIp(name)}`
      ),
    );
  }
  const known = CERTIFICATE.find(([pattern]) => pattern.test(fault));
  return known?.[1] ?? ["tls_certificate", `the certificate is invalid: ${fault}`];
}
