import type { IoBytes } from "../../metrics/mod.ts";
import type { Conn } from "../conn.ts";

const NOTHING = new Uint8Array(0);
const NONE: Promise<number> = Promise.resolve(0);

/** Who a queue writes for. */
export interface WriteQueueOwner {
  /** The error to reject with; a failure of the connection has `cause`, a closed queue has none. */
  writeFailed(cause: unknown): Error;
  /** The last waiting write was taken. */
  drained(): void;
}

/**
 * Writes in order, each whole. One `then` over the connection's promise for a write, with handlers
 * that are made once.
 */
export class WriteQueue {
  /** Where writes go. */
  conn: Conn;
  /** Bytes written so far. */
  bytes = 0;
  readonly #io: IoBytes;
  readonly #owner: WriteQueueOwner;
  /** The write that the system has now, how many wait in all, and the promise of the last. */
  #out: Uint8Array = NOTHING;
  #waiting = 0;
  #last = NONE;
  #closed = false;

  constructor(conn: Conn, io: IoBytes, owner: WriteQueueOwner) {
    this.conn = conn;
    this.#io = io;
    this.#owner = owner;
  }

  /** Resolves with the length of `data` once the system has all of it. */
  write(data: Uint8Array): Promise<number> {
    // Deno takes writes in order, but not the rest of a partial one before the next.
    return this.#last = this.#waiting++ === 0
      ? this.#start(data)
      : this.#last.then(() => this.#closed ? this.#onError(undefined) : this.#start(data));
  }

  /** Whether a write is under way. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  /** Resolves when all that was given so far has been written. */
  async flushed(): Promise<void> {
    if (this.#waiting > 0) await this.#last;
  }

  /** What still waits fails. */
  close(): void {
    this.#closed = true;
  }

  #start(data: Uint8Array): Promise<number> {
    this.#out = data;
    return this.conn.write(data).then(this.#onWrite, this.#onError);
  }

  readonly #onWrite = (count: number): number | Promise<number> => {
    this.bytes += count;
    this.#io.sent += count;
    const data = this.#out;
    if (count < data.length) return this.#writeRest(data, count);
    this.#wrote();
    return count;
  };

  readonly #onError = (cause: unknown): never => {
    throw this.#owner.writeFailed(cause);
  };

  async #writeRest(data: Uint8Array, written: number): Promise<number> {
    while (written < data.length) {
      const count = await this.conn.write(data.subarray(written)).catch(this.#onError);
      written += count;
      this.bytes += count;
      this.#io.sent += count;
    }
    this.#wrote();
    return written;
  }

  #wrote(): void {
    this.#out = NOTHING;
    if (--this.#waiting > 0) return;
    this.#last = NONE; // Or it would be kept as long as an idle connection is.
    this.#owner.drained();
  }
}
