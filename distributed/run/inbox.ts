import { decodeEvent, FrameDecoder, type ShardEvent } from "../../runner/remote/mod.ts";
import { type PartEnd, RecordReader } from "../wire/mod.ts";

type Answer = Extract<ShardEvent, { kind: "answer" | "failure" }>;

/**
 * What a part says, from its records to events. They wait while nothing is asked of the part, so
 * that they come in the same order between the same calls when a log is read again from its
 * beginning: the end of a call is never told before the call was made.
 */
export class Inbox {
  readonly #on: (event: ShardEvent) => void;
  readonly #lost: (reason: string) => void;
  readonly #records = new RecordReader();
  readonly #waiting: ShardEvent[] = [];
  /** Calls that were made and not answered: the number of their answer, and the caller's own. */
  readonly #asked = new Map<number, number>();
  /** Answers to what was not asked yet, or by another coordinator alone: a few, at most one a call. */
  readonly #early = new Map<number, Answer>();
  #waitingBytes = 0;

  /**
   * @param on called with what the part says, answers by the numbers of `ask`
   * @param lost called when the part said goodbye as it could not go on, behind all that it said
   */
  constructor(on: (event: ShardEvent) => void, lost: (reason: string) => void) {
    this.#on = on;
    this.#lost = lost;
  }

  /** See `RecordReader.merged`. */
  get merged(): number {
    return this.#records.merged;
  }

  /** The highest sequence that came. */
  get seen(): number {
    return this.#records.seen;
  }

  /** See `RecordReader.end`. */
  get end(): PartEnd | null {
    return this.#records.end;
  }

  /** About how many bytes of events wait for a call. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * A call was made.
   *
   * @param answer number of its answer in the log
   * @param id number under which the caller wants it
   */
  ask(answer: number, id: number): void {
    const early = this.#early.get(answer);
    this.#asked.set(answer, id);
    if (early !== undefined) this.#answer(early, id);
    this.#deliver();
  }

  /** Takes an encoded record. @throws {PoolError | FrameError} what it holds makes no sense */
  push(bytes: Uint8Array): void {
    for (const message of this.#records.push(bytes)) {
      // A message is whole frames: what a frame holds can't reach into the next message.
      for (const frame of new FrameDecoder().push(message)) {
        this.#waiting.push(decodeEvent(frame));
        this.#waitingBytes += frame.payload.length;
      }
    }
    this.#deliver();
  }

  #answer(event: Answer, id: number): void {
    this.#asked.delete(event.id);
    this.#early.delete(event.id);
    this.#on({ ...event, id });
  }

  #deliver(): void {
    let at = 0;
    for (; at < this.#waiting.length && this.#asked.size > 0; at++) {
      const event = this.#waiting[at]!;
      if (event.kind !== "answer" && event.kind !== "failure") {
        this.#on(event);
        continue;
      }
      const id = this.#asked.get(event.id);
      if (id === undefined) this.#early.set(event.id, event);
      else this.#answer(event, id);
    }
    this.#waiting.splice(0, at);
    if (this.#waiting.length > 0) return;
    this.#waitingBytes = 0;
    const reason = this.end?.reason ?? null;
    if (reason !== null && this.#asked.size > 0) this.#lost(reason);
  }
}
