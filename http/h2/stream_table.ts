import { ConnectionFailure } from "./failures.ts";
import { ErrorCode } from "./frames.ts";
import { MAX_STREAM_ID, REMEMBERED_RESETS } from "./limits.ts";
import type { H2Stream } from "./stream.ts";

/** The streams of a connection: those with a request on its way, and what is known of the others. */
export class StreamTable {
  readonly #open = new Map<number, H2Stream>();
  #lastId = -1;
  /** Those that we have reset: the peer may send frames of them until it knows (RFC 9113 §5.1). */
  readonly #reset = new Set<number>();
  #forgotten = false;

  /** True when no more numbers are left. */
  get usedUp(): boolean {
    return this.#lastId >= MAX_STREAM_ID;
  }

  /** Gives a stream its number. */
  add(stream: H2Stream): void {
    this.#lastId += 2;
    stream.id = this.#lastId;
    this.#open.set(this.#lastId, stream);
  }

  /** The open stream of a number. */
  get(id: number): H2Stream | undefined {
    return this.#open.get(id);
  }

  /** The open ones; streams may be added and removed while they are gone through. */
  all(): H2Stream[] {
    return [...this.#open.values()];
  }

  /** A stream has ended. */
  remove(id: number): void {
    this.#open.delete(id);
  }

  /** We have reset a stream. */
  wasReset(id: number): void {
    this.#reset.add(id);
    if (this.#reset.size <= REMEMBERED_RESETS) return;
    this.#reset.delete(this.#reset.values().next().value!);
    this.#forgotten = true;
  }

  /** @throws {ConnectionFailure} for a frame of a stream that we have never opened */
  checkOpened(id: number, type: string): void {
    if (id % 2 === 1 && id <= this.#lastId) return;
    const what = `${type} on stream ${id}, which was never opened`;
    throw new ConnectionFailure(ErrorCode.protocolError, what);
  }

  /** @throws {ConnectionFailure} for a frame that no peer can send of a stream that isn't open */
  checkLate(id: number, type: string): void {
    this.checkOpened(id, type);
    if (this.#forgotten || this.#reset.has(id)) return;
    const what = `${type} on stream ${id}, which has ended`;
    throw new ConnectionFailure(ErrorCode.streamClosed, what);
  }
}
