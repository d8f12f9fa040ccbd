import { Deadlines, type Expiring } from "../../internal/mod.ts";
import type { JetStreamMessage } from "./message.ts";
import type { PullInbox, PullStatus, Taker } from "./pull_inbox.ts";
import { verdictOf } from "./pull_verdict.ts";

/** How long after a request's end its last words may take, in milliseconds. */
const GRACE_MS = 100;
/** Pause before a request that nobody took is sent again, in milliseconds. */
const PAUSE_MS = 100;
/** Shortest wait that heartbeats are asked for in. */
const MIN_BEATING_MS = 1000;
const MAX_BEAT_MS = 5000;
const deadlines = new Deadlines();

/** Longest wait for the answer to a request that doesn't wait, in milliseconds. */
const MAX_LOOK_MS = 2000;

/**
 * Pulls up to `batch` messages as nats.go's `Fetch` does: those that are there, at once; if there are
 * none, those that come within `timeoutMs`, so none is no error. A request that is lost (a new leader, a reconnect, heartbeats that stay away) is sent again for the rest.
 *
 * @param exists asks the server whether the consumer is there; rejects when it isn't
 * @throws {NatsError} 1002, 1004, 1005, 1032
 */
export function fetchMessages(
  inbox: PullInbox,
  batch: number,
  timeoutMs: number,
  exists: () => Promise<unknown>,
): Promise<JetStreamMessage[]> {
  return new Promise((resolve, reject) => {
    new Fetch(inbox, batch, timeoutMs, exists, resolve, reject).start();
  });
}

class Fetch implements Taker, Expiring {
  deadline = Infinity;
  checkAt = 0;
  slot = -1;
  readonly #inbox: PullInbox;
  readonly #batch: number;
  readonly #exists: () => Promise<unknown>;
  readonly #resolve: (messages: JetStreamMessage[]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #endAt: number;
  readonly #beatMs: number;
  #got: JetStreamMessage[] = [];
  #id = "";
  /** What the present request has yet to deliver. */
  #owed = 0;
  #heard = false;
  /** Whether the next request asks for what is there, without waiting. */
  #looking: boolean;
  /** Whether a request is to be sent at the deadline. */
  #pausing = false;
  #done = false;

  constructor(
    inbox: PullInbox,
    batch: number,
    timeoutMs: number,
    exists: () => Promise<unknown>,
    resolve: (messages: JetStreamMessage[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#inbox = inbox;
    this.#batch = batch;
    this.#exists = exists;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#endAt = performance.now() + timeoutMs;
    this.#looking = batch > 1;
    this.#beatMs = timeoutMs < MIN_BEATING_MS ? 0 : Math.min(timeoutMs / 4, MAX_BEAT_MS);
  }

  start(): void {
    try {
      this.#inbox.open(this);
      this.#got = this.#inbox.takeSpare(this.#batch);
      if (this.#got.length === this.#batch) {
        this.#finish();
        return;
      }
      deadlines.watch(this);
      this.#ask();
    } catch (error) {
      this.fail(error);
    }
  }

  #ask(): void {
    const left = this.#endAt - performance.now();
    if (left < 1) {
      this.#finish();
      return;
    }
    this.#pausing = false;
    this.#owed = this.#batch - this.#got.length;
    const beat = !this.#looking && this.#beatMs * 2 <= left ? this.#beatMs : 0;
    try {
      this.#id = this.#inbox.request(this.#owed, this.#looking ? 0 : left, beat);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.#listen(this.#looking ? MAX_LOOK_MS : 2 * beat);
  }

  /** @param silenceMs after which the request is taken for lost; 0 for never */
  #listen(silenceMs: number): void {
    this.#heard = false;
    const end = this.#endAt + GRACE_MS;
    deadlines.set(this, silenceMs === 0 ? end : Math.min(end, performance.now() + silenceMs));
  }

  /** Asks again, and waits for what comes. */
  #await(): void {
    this.#looking = false;
    this.#ask();
  }

  message(message: JetStreamMessage): boolean {
    if (this.#done) return false;
    this.#heard = true;
    this.#owed--;
    this.#got.push(message);
    if (this.#got.length === this.#batch) this.#finish();
    return true;
  }

  repeated(): void {
    this.#heard = true;
    this.#owed--;
  }

  status(id: string, status: PullStatus): void {
    if (this.#done || id !== this.#id) return;
    this.#heard = true;
    const verdict = verdictOf(status, this.#inbox.consumer);
    if (verdict.means === "over") this.#over();
    else if (verdict.means === "again") this.#pause();
    else if (verdict.means === "unknown") this.#check();
    else if (verdict.means === "failed") this.fail(verdict.error);
  }

  #over(): void {
    if (this.#looking && this.#got.length === 0) this.#await();
    else this.#finish();
  }

  chunk(): void {
    // Repetitions were passed over: the request is used up, the batch isn't full.
    if (!this.#done && this.#owed <= 0 && !this.#pausing) this.#ask();
  }

  reconnected(): void {
    if (!this.#done) this.#await();
  }

  #pause(): void {
    this.#pausing = true;
    this.#id = "";
    deadlines.set(this, performance.now() + PAUSE_MS);
  }

  #check(): void {
    this.#pause();
    this.#exists().catch((error) => this.fail(error));
  }

  expire(): void {
    if (this.#done) return;
    if (performance.now() >= this.#endAt) this.#finish();
    else if (this.#pausing || !this.#heard) this.#await();
    else this.#listen(2 * this.#beatMs);
  }

  fail(error: unknown): void {
    if (this.#done) return;
    if (this.#got.length > 0) this.#finish();
    else {
      this.#leave();
      this.#reject(error);
    }
  }

  #finish(): void {
    this.#leave();
    this.#resolve(this.#got);
  }

  #leave(): void {
    this.#done = true;
    this.#inbox.release(this);
    deadlines.unwatch(this);
  }
}
