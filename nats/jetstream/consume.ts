import { checkNames, Deadlines, type Expiring, OptionError } from "../../internal/mod.ts";
import { configuring } from "./_checks.ts";
import type { JetStreamMessage } from "./message.ts";
import type { PullInbox, PullStatus, Taker } from "./pull_inbox.ts";
import { verdictOf } from "./pull_verdict.ts";

/** How messages are consumed in a loop. */
export interface ConsumeOptions {
  /** Most messages asked for ahead of the loop. @default {100} */
  batch?: number;
  /** Milliseconds of a pull request. @default {30_000} */
  expires?: number;
}

const PAUSE_MS = 100;
const deadlines = new Deadlines();

/**
 * Messages as they come, until the loop is left: asks for more whenever half a batch is used up, and
 * again when a request is lost (a new leader, a reconnect, two heartbeats that stay away).
 *
 * @param exists asks the server whether the consumer is there; rejects when it isn't
 * @throws {NatsError} 1002, 1003, 1004, 1005, 1032
 */
export function consumeMessages(
  inbox: PullInbox,
  options: ConsumeOptions,
  exists: () => Promise<unknown>,
): AsyncIterableIterator<JetStreamMessage, void, undefined> {
  const { batch, expiresMs } = checked(options);
  return new Consume(inbox, batch, expiresMs, exists);
}

function checked(options: ConsumeOptions): { batch: number; expiresMs: number } {
  return configuring("consume", () => {
    checkNames("consume", options, ["batch", "expires"]);
    const { batch = 100, expires = 30_000 } = options;
    if (!Number.isInteger(batch) || batch < 1 || batch > 1_000_000) {
      throw new OptionError("batch", `batch must be 1 to 1000000: ${batch}`);
    }
    if (!(expires >= 1000 && expires <= 3_600_000)) {
      throw new OptionError("expires", `expires must be 1000 to 3600000 ms: ${expires}`);
    }
    return { batch, expiresMs: expires };
  });
}

/** An iterator by hand: an async generator costs each message three more turns. */
class Consume implements Taker, Expiring, AsyncIterableIterator<JetStreamMessage, void, undefined> {
  deadline = Infinity;
  checkAt = 0;
  slot = -1;
  readonly #inbox: PullInbox;
  readonly #batch: number;
  readonly #expiresMs: number;
  readonly #exists: () => Promise<unknown>;
  readonly #beatMs: number;
  #ready: JetStreamMessage[] = [];
  /** Those of `#ready` that the loop has had. */
  #used = 0;
  #state: "new" | "open" | "over" = "new";
  #wake: (() => void) | null = null;
  #error: { readonly reason: unknown } | null = null;
  /** Requests from this one on count; those before are gone. */
  #requests = new Set<string>();
  #owed = 0;
  #heard = false;
  #pausing = false;

  constructor(
    inbox: PullInbox,
    batch: number,
    expiresMs: number,
    exists: () => Promise<unknown>,
  ) {
    this.#inbox = inbox;
    this.#batch = batch;
    this.#expiresMs = expiresMs;
    this.#exists = exists;
    this.#beatMs = Math.min(5000, expiresMs / 2);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<JetStreamMessage, void>> {
    if (this.#used < this.#ready.length) return Promise.resolve(this.#take());
    return this.#wait();
  }

  return(): Promise<IteratorResult<JetStreamMessage, void>> {
    this.#stop();
    return Promise.resolve({ done: true, value: undefined });
  }

  #take(): IteratorResult<JetStreamMessage, void> {
    const value = this.#ready[this.#used++]!;
    if (this.#used === this.#ready.length) {
      this.#ready = [];
      this.#used = 0;
    }
    this.#askForMore();
    return { done: false, value };
  }

  async #wait(): Promise<IteratorResult<JetStreamMessage, void>> {
    if (this.#state === "new") this.#start();
    while (this.#ready.length === 0) {
      if (this.#error !== null) {
        this.#stop();
        throw this.#error.reason;
      }
      if (this.#state === "over") return { done: true, value: undefined };
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#take();
  }

  #start(): void {
    this.#inbox.open(this);
    this.#state = "open";
    this.#ready = this.#inbox.takeSpare(Infinity);
    deadlines.watch(this);
    this.#askForMore();
  }

  #stop(): void {
    if (this.#state === "open") {
      deadlines.unwatch(this);
      this.#inbox.release(this);
      this.#inbox.giveBack(this.#ready.slice(this.#used));
      this.#ready = [];
      this.#used = 0;
    }
    this.#state = "over";
    this.#rouse();
  }

  #askForMore(): void {
    if (this.#pausing || this.#error !== null || this.#state !== "open") return;
    const ahead = this.#owed + this.#ready.length - this.#used;
    if (ahead > this.#batch / 2) return;
    const more = this.#batch - ahead;
    try {
      this.#requests.add(this.#inbox.request(more, this.#expiresMs, this.#beatMs));
    } catch (error) {
      this.fail(error);
      return;
    }
    this.#owed += more;
    this.#listen();
  }

  #listen(): void {
    this.#heard = false;
    deadlines.set(this, performance.now() + 2 * this.#beatMs);
  }

  #forget(): void {
    this.#requests.clear();
    this.#owed = 0;
  }

  #pause(): void {
    this.#forget();
    this.#pausing = true;
    deadlines.set(this, performance.now() + PAUSE_MS);
  }

  message(message: JetStreamMessage): boolean {
    this.#heard = true;
    if (this.#owed > 0) this.#owed--;
    this.#ready.push(message);
    return true;
  }

  repeated(): void {
    this.#heard = true;
    if (this.#owed > 0) this.#owed--;
  }

  status(id: string, status: PullStatus): void {
    if (!this.#requests.has(id)) return;
    this.#heard = true;
    const verdict = verdictOf(status, this.#inbox.consumer);
    if (verdict.means === "alive") return;
    if (verdict.means === "failed") return this.fail(verdict.error);
    if (verdict.means === "again") return this.#pause();
    if (verdict.means === "unknown") {
      this.#pause();
      this.#exists().catch((error) => this.fail(error));
      return;
    }
    this.#requests.delete(id);
    const { undelivered } = status;
    this.#owed = Number.isNaN(undelivered) || this.#requests.size === 0
      ? 0
      : Math.max(0, this.#owed - undelivered);
    this.#askForMore();
  }

  chunk(): void {
    // A request that got all it asked for ends without a word.
    if (this.#owed === 0) this.#requests.clear();
    this.#askForMore();
    if (this.#ready.length > 0) this.#rouse();
  }

  reconnected(): void {
    this.#forget();
    this.#pausing = false;
    this.#askForMore();
  }

  expire(): void {
    if (this.#pausing || !this.#heard) {
      this.#pausing = false;
      this.#forget();
      this.#askForMore();
    }
    // With enough ahead nothing is asked for, and nothing needs to be heard.
    this.#listen();
  }

  fail(reason: unknown): void {
    this.#error ??= { reason };
    this.#rouse();
  }

  #rouse(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
