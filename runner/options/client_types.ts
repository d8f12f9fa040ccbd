/** A version of TLS by k6's name, as far as the runtime speaks it. */
export type ClientTlsVersion = "tls1.2" | "tls1.3";

/** A client certificate of `tlsAuth`. */
export interface ClientTlsAuth {
  /** Certificate, with its chain, as PEM. */
  readonly cert: string;
  /** Its private key as PEM. */
  readonly key: string;
  /** What an encrypted key is opened with. Default: it isn't encrypted. */
  readonly password?: string;
  /** Names that it is for, in lower case: `name` or `*.domain`. Empty: all. */
  readonly domains: readonly string[];
}

/** How names are resolved: k6's `dns`, complete. */
export interface ClientDns {
  /** How long an answer is kept, in milliseconds; 0 not at all, null (k6's `inf`) for good. Default 5 minutes. */
  readonly ttlMs: number | null;
  /** Which of several addresses is taken. Default `random`. */
  readonly select: "first" | "random" | "roundRobin";
  /** Which IP versions are used. Default `preferIPv4`. */
  readonly policy: "preferIPv4" | "preferIPv6" | "onlyIPv4" | "onlyIPv6" | "any";
}

/**
 * What the options of a run say to protocol clients, under k6's names, checked. A field that
 * nobody set is absent: the client's own default counts, which is k6's.
 */
// A type and no interface: it goes where a record of unknown values is taken.
export type ClientRunOptions = {
  /** Text of the `User-Agent` field. */
  readonly userAgent?: string;
  /** Redirects that a request follows, 0 to 100. */
  readonly maxRedirects?: number;
  /** Most requests of one `batch` at once; 0 for no limit. */
  readonly batch?: number;
  /** Most of them to one host; 0 for no limit. */
  readonly batchPerHost?: number;
  /**
   * Requests a second. In `RunOptions` those of the whole test; a shard gets its share, which may
   * be a fraction.
   */
  readonly rps?: number;
  /** Whether a failed request throws. */
  readonly throw?: boolean;
  /** Whether bodies are read and dropped. */
  readonly discardResponseBodies?: boolean;
  /** What is logged of requests and responses: their heads, or all. */
  readonly httpDebug?: "headers" | "full";
  /** Whether users keep their cookies from one iteration to the next. */
  readonly noCookiesReset?: boolean;
  /** Whether each request has a connection of its own. */
  readonly noConnectionReuse?: boolean;
  /** Whether idle connections are closed at the end of an iteration. */
  readonly noVUConnectionReuse?: boolean;
  /** Whether certificates of servers are taken unchecked. */
  readonly insecureSkipTLSVerify?: boolean;
  /** Versions of TLS that are offered: from `min` to `max`. */
  readonly tlsVersion?: { readonly min: ClientTlsVersion; readonly max: ClientTlsVersion };
  /** Cipher suites that are offered, by IANA's names. */
  readonly tlsCipherSuites?: readonly string[];
  /** Client certificates; the first whose domains fit is used. */
  readonly tlsAuth?: readonly ClientTlsAuth[];
  /**
   * Addresses of names: `name`, `*.domain` or `*`, in lower case, each also with a `:port`, to an
   * IP address, `ip:port` or `[ipv6]:port`.
   */
  readonly hosts?: Readonly<Record<string, string>>;
  /** How names are resolved. */
  readonly dns?: ClientDns;
  /** IP addresses and ranges (`10.0.0.0/8`) that are not connected to. */
  readonly blacklistIPs?: readonly string[];
  /** Names that are not connected to, in lower case: `name`, `*.domain` or `*`. */
  readonly blockHostnames?: readonly string[];
  /** IP addresses of this machine, ranges written out: user `n` (from 1) connects from number `(n - 1) mod length`. */
  readonly localIPs?: readonly string[];
  /** Names of the system tags that are recorded; those of `RunOptions.systemTags`. */
  readonly systemTags?: readonly string[];
};
