/** Copies of a stream or consumer in a cluster. */
export interface ClusterInfo {
  /** Name of the cluster. */
  readonly name?: string;
  /** The server that leads; absent while there is none. */
  readonly leader?: string;
  /** The others. */
  readonly replicas?: readonly {
    /** The server. */
    readonly name: string;
    /** Whether it has everything. */
    readonly current: boolean;
    /** Whether it can't be reached. */
    readonly offline?: boolean;
    /** Entries that it is behind. */
    readonly lag?: number;
  }[];
}

/** A configuration as the server has it: its names, times in nanoseconds. */
export interface ServerConfig {
  /** An option by the server's name, for example `max_age`. */
  readonly [option: string]: unknown;
}

/** What the server says of a stream (`$JS.API.STREAM.INFO`). */
export interface StreamInfo {
  /** Its configuration. */
  readonly config: ServerConfig;
  /** When it was made, RFC 3339. */
  readonly created: string;
  /** What it holds. */
  readonly state: {
    /** Messages. */
    readonly messages: number;
    /** Their bytes. */
    readonly bytes: number;
    /** Sequence of the first. */
    readonly first_seq: number;
    /** When it was stored, RFC 3339. */
    readonly first_ts: string;
    /** Sequence of the last. */
    readonly last_seq: number;
    /** When it was stored, RFC 3339. */
    readonly last_ts: string;
    /** Consumers. */
    readonly consumer_count: number;
    /** Messages deleted between the first and the last. */
    readonly num_deleted?: number;
    /** Subjects. */
    readonly num_subjects?: number;
  };
  /** Its copies. */
  readonly cluster?: ClusterInfo;
}

/** How far a consumer is. */
export interface SequenceInfo {
  /** Of its deliveries. */
  readonly consumer_seq: number;
  /** Of the stream. */
  readonly stream_seq: number;
}

/** What the server says of a consumer (`$JS.API.CONSUMER.INFO`). */
export interface ConsumerInfo {
  /** Its stream. */
  readonly stream_name: string;
  /** Its name. */
  readonly name: string;
  /** When it was made, RFC 3339. */
  readonly created: string;
  /** Its configuration. */
  readonly config: ServerConfig;
  /** The last that was delivered. */
  readonly delivered: SequenceInfo;
  /** Everything up to here is acknowledged. */
  readonly ack_floor: SequenceInfo;
  /** Delivered and not acknowledged. */
  readonly num_ack_pending: number;
  /** Of those, delivered more than once. */
  readonly num_redelivered: number;
  /** Pull requests that wait. */
  readonly num_waiting: number;
  /** Yet to be delivered. */
  readonly num_pending: number;
  /** Its copies. */
  readonly cluster?: ClusterInfo;
}

/** What the server says of the account (`$JS.API.INFO`). */
export interface AccountInfo {
  /** Bytes of memory in use. */
  readonly memory: number;
  /** Bytes of files in use. */
  readonly storage: number;
  /** Streams. */
  readonly streams: number;
  /** Consumers. */
  readonly consumers: number;
  /** What it may have; -1 for no limit. */
  readonly limits: {
    /** Bytes of memory. */
    readonly max_memory: number;
    /** Bytes of files. */
    readonly max_storage: number;
    /** Streams. */
    readonly max_streams: number;
    /** Consumers. */
    readonly max_consumers: number;
  };
  /** Requests of the API so far. */
  readonly api: {
    /** All. */
    readonly total: number;
    /** Those that failed. */
    readonly errors: number;
  };
  /** The JetStream domain. */
  readonly domain?: string;
}

/** What a purge is to remove; all of a stream unless told. */
export interface PurgeOptions {
  /** Messages of this subject, wildcards allowed. */
  filter?: string;
  /** Messages before this sequence; not with `keep`. */
  seq?: number;
  /** All but so many of the last; not with `seq`. */
  keep?: number;
}
