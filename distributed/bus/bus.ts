/** A value of a key, and its revision: a number that grows with every change of any key. */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
  /** When it was written, by the servers' clock; milliseconds since the epoch. */
  readonly at: number;
}

/** Values by key, with revisions. Keys: words of `[-\w]` with dots between them. */
export interface Keys {
  /** Null when there is none, or it was deleted or has expired. */
  get(key: string): Promise<Entry | null>;
  /** Makes it; its revision. @throws {PoolError} `bus_conflict` when it is there */
  create(key: string, value: Uint8Array): Promise<number>;
  /** Replaces just that revision; the new one. @throws {PoolError} `bus_conflict` */
  update(key: string, value: Uint8Array, revision: number): Promise<number>;
  /** Writes it, whatever is there; its revision. */
  put(key: string, value: Uint8Array): Promise<number>;
  delete(key: string): Promise<void>;
  /** Keys that there are below a prefix of whole words (`agents`). */
  list(prefix: string): Promise<Entry[]>;
  /**
   * Calls `on` with what is there below a prefix, then with each change (null: deleted). Resolves
   * once everything that was there has been told.
   */
  watch(
    prefix: string,
    on: (key: string, entry: Entry | null) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Bytes by their SHA-256, in lower-case hexadecimals. */
export interface Blobs {
  /** Stores them where they aren't there yet. */
  put(bytes: Uint8Array): Promise<string>;
  /** Reads and checks them. @throws {PoolError} `bus_missing`, `bundle_untrusted` */
  get(hash: string): Promise<Uint8Array>;
}

/** One record of a log. */
export interface LogRecord {
  readonly subject: string;
  /** Of the log, from 1; grows, with gaps between the records of one subject. */
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** What was appended, in order, kept until it is removed. */
export interface Log {
  /**
   * Appends it, once: with an id that came within the last two minutes it does nothing. Resolves
   * when the servers have stored it.
   *
   * @param id unique among all records, for example `run.agent.sequence`
   */
  append(subject: string, id: string, bytes: Uint8Array): Promise<void>;
  /**
   * Reads from the first record on, then those to come, in order, each once; goes on by itself after
   * an outage. `on` may be slow: no more is read meanwhile than a bounded number. Resolves when
   * aborted; rejects with what `on` throws, or `bus_lost` when the bus is closed.
   *
   * @param subject may end in `.>` for all below
   */
  read(
    subject: string,
    on: (record: LogRecord) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Removes what was appended to a subject. */
  remove(subject: string): Promise<void>;
}

/** A job that was taken: it comes again, to whoever takes next, unless it is ended in time. */
export interface TakenJob {
  readonly bytes: Uint8Array;
  /** How often it was taken, this time included: more than 1 after a loss. */
  readonly deliveries: number;
  /** Says that it is being worked on: to be called at least every `ACK_WAIT_MS` / 2. */
  working(): void;
  /** It is done; resolves when the servers know. */
  done(): Promise<void>;
  /** It can't be done here: it goes away. @param reason for people who look at the servers */
  refuse(reason: string): Promise<void>;
}

/** Jobs by queue; each goes to one taker, and again to one if that is lost. */
export interface Jobs {
  /** @param id as of `Log.append` */
  offer(queue: string, id: string, bytes: Uint8Array): Promise<void>;
  /** Resolves with the next one; null when aborted. */
  take(queue: string, signal: AbortSignal): Promise<TakenJob | null>;
  /** Removes what nobody has taken. */
  remove(queue: string): Promise<void>;
}

/** What is said now, to whoever listens: nothing is kept. */
export interface Live {
  /** Nothing is sent while there is no connection. */
  send(subject: string, bytes: Uint8Array): void;
  /**
   * Asks once; again only when nobody listened or there was no connection. The first answer counts.
   *
   * @throws {PoolError} `bus_missing` when nobody answers in time, or the connection is lost meanwhile
   */
  request(subject: string, bytes: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /**
   * Calls `on` for what comes, not waiting for the call before; bytes that it returns are the answer to
   * a request. One that throws answers nothing. Resolves once the servers know of it.
   */
  handle(
    subject: string,
    on: (bytes: Uint8Array, subject: string) => Uint8Array | void | Promise<Uint8Array | void>,
    signal: AbortSignal,
  ): Promise<void>;
}

/**
 * What the members of a pool share: NATS with JetStream, or a stand-in of the same behaviour. Calls
 * wait through an outage for up to the bus' patience, then reject with `bus_lost`.
 */
export interface Bus {
  readonly keys: Keys;
  readonly blobs: Blobs;
  readonly log: Log;
  readonly jobs: Jobs;
  readonly live: Live;
  /** Longest record, value and live message that it takes, bytes: longer ones are for `blobs`. */
  readonly maxBytes: number;
  /**
   * Calls `on` at once and with each change: true when it is connected, false when not. Returns what
   * ends that.
   */
  onConnection(on: (connected: boolean) => void): () => void;
  /** Ends it: what is under way, and every call from then on, rejects with `bus_lost`. */
  close(): Promise<void>;
}

/** A job whose taker says nothing for so long is offered again. */
export const ACK_WAIT_MS = 5000;
