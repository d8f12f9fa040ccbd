/** Where a value is in the parameters or results of a call: see the spec of wRPC, "Indexing". */
export type IndexPath = readonly number[];

/** A set of index paths: null stands for any element of a list or stream. */
export type PathPattern = readonly (number | null)[];

/** Bytes that come in on one path. */
export interface ChannelReader {
  /** The next bytes, never none; null at the end. */
  read(): Promise<Uint8Array | null>;
  /** Gives back what was too much: it is read next. */
  unread(bytes: Uint8Array): void;
  /** No more is expected here: what comes yet is an error. */
  end(): void;
  /** No more is wanted here: what comes yet is dropped. */
  cancel(): void;
}

/** Bytes that go out on one path. */
export interface ChannelWriter {
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** No more comes on this path. */
  close(): Promise<void>;
}

/** What decoders need for pending futures and streams. */
export interface AsyncHost {
  /** The reader of a path; the same one each time. */
  read(path: IndexPath): ChannelReader;
  /** Something is decoded beside the value: `done` settles when it is complete. */
  track(done: Promise<void>): void;
}

/** A pending future or stream that is to be sent. */
export interface Deferred {
  /** Where. */
  readonly path: IndexPath;
  /** Sends it, with what is pending inside it. */
  send(open: (path: IndexPath) => ChannelWriter): Promise<void>;
}
