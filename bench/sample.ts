/** One measurement of one generator at full rate. */
export interface Sample {
  /** Answered requests. */
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** User and system CPU of all processes of the generator, start-up included, by requests. */
  readonly cpuUsPerRequest: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Requests that failed: a figure with many of them measures something else. */
  readonly failed: number;
}

/** What a generator is to do in a measurement. */
export interface Load {
  /** The target's URL. */
  readonly url: string;
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** File with the authority to trust, for `https:`. */
  readonly caFile?: string;
  readonly connections: number;
  readonly seconds: number;
  /** Goes before commands: keeps generators off the target's processor. Default: nothing. */
  readonly pin?: readonly string[];
  /** A folder for files that it leaves. */
  readonly folder: string;
}

/** Something that can load a server at full rate. */
export interface Generator {
  readonly name: string;
  measure(load: Load): Promise<Sample>;
}

/** A program of others, when this machine has it. */
export interface Peer {
  /** As its version is listed. */
  readonly program: string;
  /** The generator, or why there is none. */
  find(): Promise<{ generator: Generator; version: string } | string>;
}
