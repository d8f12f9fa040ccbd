import type { StreamSocket } from "../../net/mod.ts";
import { ByteSink } from "./byte_sink.ts";
import { FRAME_HEAD_BYTES, putFrameHead } from "./frames.ts";

const FIRST_BYTES = 1024;
/** A buffer that grew beyond this isn't kept. */
const MAX_KEPT_BYTES = 256 * 1024;

/** Frames that are written together; streams look here for when their request was. */
export interface Batch {
  /** `performance.now()` when they were given to the socket; 0 before. */
  at: number;
  /** Called then. */
  onWritten?: (() => void)[];
}

/** Who frames are written for. */
export interface OutboxOwner {
  /** A batch was written and nothing waits behind it: there is room. */
  drained(): void;
  /** The socket takes nothing any more. */
  writeFailed(error: unknown): void;
}

/**
 * Frames on their way out. What is made ready in one turn goes out in one write; what comes while
 * that is under way, in the next. Two buffers take turns.
 */
export class Outbox extends ByteSink {
  /** What the frames that are added now will be written with. */
  batch: Batch = { at: 0 };

  readonly #socket: StreamSocket;
  readonly #owner: OutboxOwner;
  #other: Uint8Array = new Uint8Array(FIRST_BYTES);
  #writing = false;
  #scheduled = false;
  #closed = false;
  /** Length when it was last looked whether more is coming. */
  #seen = 0;

  constructor(socket: StreamSocket, owner: OutboxOwner) {
    super(FIRST_BYTES);
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Adds a frame's head and the room of its payload; returns where that starts. */
  frame(type: number, flags: number, stream: number, length: number): number {
    this.ensure(FRAME_HEAD_BYTES + length);
    const at = this.end;
    putFrameHead(this.bytes, at, length, type, flags, stream);
    this.end = at + FRAME_HEAD_BYTES + length;
    this.schedule();
    return at + FRAME_HEAD_BYTES;
  }

  /** Sees to it that what was added is written, at the end of this turn. */
  schedule(): void {
    if (this.#scheduled || this.#writing || this.#closed) return;
    this.#scheduled = true;
    this.#seen = 0;
    queueMicrotask(this.#flush);
  }

  /** Writes what is here without waiting for its turn, and takes nothing more. */
  finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.end === 0) return;
    this.batch.at = performance.now();
    this.#socket.write(this.bytes.subarray(0, this.end)).catch(() => {});
  }

  /** Drops what is here. */
  close(): void {
    this.#closed = true;
  }

  readonly #flush = (): void => {
    // The callers that a read has woken come one after the other: whoever of them sends something
    // is waited for, as long as each step of theirs brings more.
    if (this.end > this.#seen) {
      this.#seen = this.end;
      return queueMicrotask(this.#flush);
    }
    this.#scheduled = false;
    if (!this.#closed && this.end > 0) this.#write();
  };

  #write(): void {
    const { bytes, end } = this;
    this.#writing = true;
    this.bytes = this.#other;
    this.#other = bytes;
    this.end = 0;
    const { batch } = this;
    this.batch = { at: 0 };
    this.#socket.write(bytes.subarray(0, end)).then(this.#onWritten, this.#onFailed);
    // The system has the bytes by now; the promise tells only when the event loop is free.
    batch.at = performance.now();
    if (batch.onWritten !== undefined) { for (const tell of batch.onWritten) tell(); }
  }

  readonly #onWritten = (): void => {
    this.#writing = false;
    if (this.#other.length > MAX_KEPT_BYTES) this.#other = new Uint8Array(FIRST_BYTES);
    if (this.#closed) return;
    this.#owner.drained();
    if (this.end > 0) this.schedule();
  };

  readonly #onFailed = (error: unknown): void => {
    this.#writing = false;
    if (!this.#closed) this.#owner.writeFailed(error);
  };
}
