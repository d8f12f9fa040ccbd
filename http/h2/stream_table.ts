import { ConnectionFailure } from "./failures.ts";
import { ErrorCode, FRAME_HEAD_BYTES, uint31 } from "./frames.ts";
import { MAX_STREAM_ID, REMEMBERED_RESETS } from "./limits.ts";
import type { H2Stream } from "./stream.ts";

const SLOTS = 128;

/**
 * The streams of a connection: those with a request on its way, and what is known of the others.
 *
 * Open streams stand in slots by their number. Numbers only grow, and a map alone that streams came
 * into and left all the time cost a third of the client's time in garbage collection (ADR 0016).
 */
export class StreamTable {
  readonly #slots = new Array<H2Stream | undefined>(SLOTS).fill(undefined);
  /** Those whose slot a later stream has taken. */
  readonly #others = new Map<number, H2Stream>();
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
    const slot = slotOf(this.#lastId);
    const earlier = this.#slots[slot];
    if (earlier !== undefined) this.#others.set(earlier.id, earlier);
    this.#slots[slot] = stream;
  }

  /** The open stream of a number. */
  get(id: number): H2Stream | undefined {
    const stream = this.#slots[slotOf(id)];
    if (stream !== undefined && stream.id === id) return stream;
    return this.#others.size === 0 ? undefined : this.#others.get(id);
  }

  /** The open ones; streams may be added and removed while they are gone through. */
  all(): H2Stream[] {
    return [...this.#others.values(), ...this.#slots.filter((stream) => stream !== undefined)];
  }

  /** A stream has ended. */
  remove(id: number): void {
    const slot = slotOf(id);
    if (this.#slots[slot]?.id === id) this.#slots[slot] = undefined;
    else this.#others.delete(id);
  }

  /** A read has ended inside a frame at `bytes[at, end)`: its stream is slow, not silent. */
  partCame(bytes: Uint8Array, at: number, end: number, now: number): void {
    if (end - at < FRAME_HEAD_BYTES) return;
    const stream = this.get(uint31(bytes, at + 5));
    if (stream !== undefined) stream.heardAt = now;
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

/** Clients' numbers are odd (RFC 9113 §5.1.1). */
function slotOf(id: number): number {
  return (id >> 1) & (SLOTS - 1);
}
