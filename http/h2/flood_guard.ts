import { ConnectionFailure } from "./failures.ts";
import { ErrorCode } from "./frames.ts";
import { FORGIVEN_FRAMES, MAX_IDLE_FRAMES, MAX_UNREAD_BYTES } from "./limits.ts";
import type { Outbox } from "./outbox.ts";

/** Counts the frames of a second that bring nothing: each costs the peer less than it does us. */
export class FloodGuard {
  readonly #outbox: Outbox;
  #since = 0;
  #count = 0;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** A stream has ended: a server may send some such frames for each, while it has them. */
  forgive(): void {
    if (this.#count > 0) this.#count = Math.max(0, this.#count - FORGIVEN_FRAMES);
  }

  /**
   * One more has come.
   *
   * @throws {ConnectionFailure} when there are too many, or when the peer doesn't read our answers
   */
  count(): void {
    const now = performance.now();
    if (now - this.#since > 1000) {
      this.#since = now;
      this.#count = 0;
    }
    if (++this.#count > MAX_IDLE_FRAMES) {
      throw calmDown(`over ${MAX_IDLE_FRAMES} frames in a second that bring nothing`);
    }
    if (this.#outbox.end > MAX_UNREAD_BYTES) throw calmDown("it doesn't read what it asks for");
  }
}

function calmDown(what: string): ConnectionFailure {
  return new ConnectionFailure(ErrorCode.enhanceYourCalm, what);
}
