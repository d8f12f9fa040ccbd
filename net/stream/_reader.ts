import type { IoBytes } from "../../metrics/mod.ts";
import type { Conn } from "../conn.ts";

/** Who a reader reads for. */
export interface ReaderOwner {
  /** The peer has ended. */
  readEnded(): null;
  /** Throws what to reject with, or gives null where it is an end after all. */
  readFailed(cause: unknown): null;
}

/** Reads and counts. One `then` over the connection's promise, with handlers that are made once. */
export class Reader {
  /** Where reads come from. */
  conn: Conn;
  /** Bytes read so far. */
  bytes = 0;
  readonly #io: IoBytes;
  readonly #owner: ReaderOwner;

  constructor(conn: Conn, io: IoBytes, owner: ReaderOwner) {
    this.conn = conn;
    this.#io = io;
    this.#owner = owner;
  }

  /** See `Socket.readInto`. */
  read(buffer: Uint8Array): Promise<number | null> {
    return this.conn.read(buffer).then(this.#onRead, this.#onError);
  }

  readonly #onRead = (count: number | null): number | null => {
    if (count === null) return this.#owner.readEnded();
    this.bytes += count;
    this.#io.received += count;
    return count;
  };

  readonly #onError = (cause: unknown): null => this.#owner.readFailed(cause);
}
