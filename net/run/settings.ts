import type { Policy, Select } from "../dns/mod.ts";

/**
 * What the options of a run say to sockets, under k6's names, checked. What is absent is as if there
 * were no run, but for `dns`, whose default is k6's.
 */
export interface NetSettings extends TlsSettings {
  /** Addresses of names: `name`, `*.domain` or `*`, each also with a `:port`, to `ip` or `ip:port`. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** How names are looked up. Default: kept 5 minutes, `random`, `preferIPv4`. */
  readonly dns?: DnsSettings;
  /** Addresses and ranges that are not connected to. */
  readonly blacklistIPs?: readonly string[];
  /** Names that are not connected to: `name`, `*.domain` or `*`. */
  readonly blockHostnames?: readonly string[];
  /** Addresses of this machine to connect from, dealt out to the users in turn. */
  readonly localIPs?: readonly string[];
}

/** How names are looked up. */
export interface DnsSettings {
  /** How long an answer is kept, in milliseconds; 0: each connection asks; null: for good. */
  readonly ttlMs: number | null;
  /** Which of several addresses is tried first. */
  readonly select: Select;
  /** Which versions of IP are used. */
  readonly policy: Policy;
}

/** What the options of a run say to TLS. */
export interface TlsSettings {
  /** Whether any certificate is taken. */
  readonly insecureSkipTLSVerify?: boolean;
  /** Versions to offer. */
  readonly tlsVersion?: { readonly min: RunTlsVersion; readonly max: RunTlsVersion };
  /** Cipher suites to accept, by IANA's names. */
  readonly tlsCipherSuites?: readonly string[];
  /** Certificates of the client; the first that is for the host is used. */
  readonly tlsAuth?: readonly TlsAuth[];
}

/** A version of TLS by k6's name. */
export type RunTlsVersion = "tls1.2" | "tls1.3";

/** A certificate of the client. */
export interface TlsAuth {
  /** Certificate, with its chain, as PEM. */
  readonly cert: string;
  /** Its private key as PEM. */
  readonly key: string;
  /** What an encrypted key is opened with. */
  readonly password?: string;
  /** Names that it is for: `name` or `*.domain`. Empty: all. */
  readonly domains: readonly string[];
}
