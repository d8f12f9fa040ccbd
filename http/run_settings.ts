/** What the options of a run say to HTTP clients, under k6's names, checked; all may be absent. */
export interface HttpSettings {
  /** Text of the `User-Agent` field. */
  readonly userAgent?: string;
  /** Redirects that a request follows. */
  readonly maxRedirects?: number;
  /** Most requests of one `batch` at once; 0 for no limit. Default 20. */
  readonly batch?: number;
  /** Most of them to one host; 0 for no limit. Default 6. */
  readonly batchPerHost?: number;
  /** Requests a second of this process; may be a fraction. Default: no limit. */
  readonly rps?: number;
  /** Whether a failed request throws. */
  readonly throw?: boolean;
  /** Whether bodies are read and dropped. */
  readonly discardResponseBodies?: boolean;
  /** What is logged of requests and responses. Default: nothing. */
  readonly httpDebug?: "headers" | "full";
  /** Whether users keep their cookies from one iteration to the next. */
  readonly noCookiesReset?: boolean;
  /** Whether each request has a connection of its own. */
  readonly noConnectionReuse?: boolean;
  /** Whether idle connections are closed at the end of an iteration. */
  readonly noVUConnectionReuse?: boolean;
}

/** How many requests of one batch are under way at once; Infinity for no limit. */
export interface BatchLimits {
  /** In all. */
  readonly most: number;
  /** To one host. */
  readonly perHost: number;
}
