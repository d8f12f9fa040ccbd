import type { TlsVersion } from "./options.ts";

/** A cipher suite of this runtime. */
export interface CipherSuite {
  /** IANA's name. */
  readonly name: string;
  /** OpenSSL's name. */
  readonly openssl: string;
  /** The version of TLS that it is for. */
  readonly version: TlsVersion;
}

/** All suites that the runtime offers, in its order. */
export const CIPHER_SUITES: readonly CipherSuite[] = [
  suite13("TLS_AES_256_GCM_SHA384"),
  suite13("TLS_AES_128_GCM_SHA256"),
  suite13("TLS_CHACHA20_POLY1305_SHA256"),
  suite12("ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"),
  suite12("ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"),
  suite12("ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"),
  suite12("ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"),
  suite12("ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
  suite12("ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"),
];

const BY_NAME = new Map(
  CIPHER_SUITES.flatMap((suite) => [[suite.name, suite], [suite.openssl, suite]]),
);

/** The suite of a name, IANA's or OpenSSL's, in any case; undefined when the runtime hasn't it. */
export function cipherSuite(name: string): CipherSuite | undefined {
  return BY_NAME.get(name.toUpperCase());
}

function suite13(name: string): CipherSuite {
  return { name, openssl: name, version: "TLSv1.3" };
}

function suite12(name: string, openssl: string): CipherSuite {
  return { name: `TLS_${name}`, openssl, version: "TLSv1.2" };
}
