import { describeError, DownpourError, formatDuration } from "../../internal/mod.ts";
import type { Clock } from "../clock.ts";
import { type Outbox, type OutputLimits, SendError } from "../output.ts";

/** Bounds of an output that names none of its own. */
export const OUTPUT_LIMITS: OutputLimits = {
  queueBytes: 16 * 1024 * 1024,
  sendMs: 10_000,
  stopMs: 5000,
};

/** The wait before a payload is tried again, from the first time to the longest. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** What a delivery works with. */
export interface DeliveryParts {
  readonly send: (payload: Uint8Array, signal: AbortSignal) => Promise<void>;
  readonly limits: OutputLimits;
  /** What is dropped when the queue is full: samples that come, or totals that newer ones replace. */
  readonly drops: "newest" | "oldest";
  readonly clock: Clock;
  /** Says a thing once per `kind`. */
  warn(kind: string, text: string): void;
}

interface Waiting {
  readonly payload: Uint8Array;
  readonly count: number;
}

/**
 * The queue of one output and what empties it: one payload at a time in their order, each tried
 * until it is through, refused, or pushed out by newer ones.
 */
export class Delivery implements Outbox {
  readonly #parts: DeliveryParts;
  readonly #queue: Waiting[] = [];
  /** Aborts when the end begins, and when its time is up. */
  readonly #ending = new AbortController();
  readonly #over = new AbortController();
  readonly #pump: Promise<void>;
  #bytes = 0;
  #sending = false;
  #wake: () => void = () => {};
  #written = 0;
  #dropped = 0;
  #errors = 0;
  #firstError: string | null = null;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#pump = this.#run();
  }

  /** Whether there is no room for more. */
  get full(): boolean {
    return this.#bytes >= this.#parts.limits.queueBytes;
  }

  /** What came of it so far. */
  get counts(): { written: number; dropped: number; errors: number; firstError: string | null } {
    const [written, dropped, errors] = [this.#written, this.#dropped, this.#errors];
    return { written, dropped, errors, firstError: this.#firstError };
  }

  put(payload: Uint8Array, count: number): void {
    if (this.#over.signal.aborted || !this.#makeRoom(payload.length)) return this.drop(count);
    this.#queue.push({ payload, count });
    this.#bytes += payload.length;
    this.#wake();
  }

  /** Whether a payload may be put; drops old ones for it where that is the way. */
  #makeRoom(bytes: number): boolean {
    const { limits: { queueBytes }, drops, warn } = this.#parts;
    if (this.#queue.length === 0 || this.#bytes + bytes <= queueBytes) return true;
    warn("full", `its queue of ${queueBytes} bytes is full: ${drops} samples are dropped`);
    if (drops === "newest") return false;
    // Not what is on its way.
    const first = this.#sending ? 1 : 0;
    while (this.#queue.length > first && this.#bytes + bytes > queueBytes) {
      this.#remove(first, false);
    }
    return true;
  }

  /** Takes note of samples that never got as far as a payload. */
  drop(count: number): void {
    this.#dropped += count;
  }

  /** Takes note of something that went wrong. */
  fail(error: unknown, consequence: string): void {
    this.#errors++;
    const text = describeError(error);
    this.#firstError ??= text;
    const kind = error instanceof DownpourError ? error.code : (error as Error)?.name;
    this.#parts.warn(`error ${kind}`, `${text}${consequence}`);
  }

  /** Brings what waits to its end, within `stopMs`; what is left then is dropped. Never rejects. */
  async finish(stopMs: number): Promise<void> {
    const { clock } = this.#parts;
    const timer = new AbortController();
    clock.sleep(stopMs, timer.signal).then(() => {
      if (!timer.signal.aborted) this.#over.abort();
    });
    this.#ending.abort();
    this.#wake();
    const over = new Promise<void>((resolve) => onAbort(this.#over.signal, resolve));
    await Promise.race([this.#pump, over]);
    timer.abort();
    // From here on nobody sends any more, whatever a hanging `send` does.
    this.#over.abort();
    while (this.#queue.length > 0) this.#remove(0, false);
  }

  async #run(): Promise<void> {
    const { ending, over } = { ending: this.#ending.signal, over: this.#over.signal };
    let waitMs = FIRST_WAIT_MS;
    while (!over.aborted) {
      const head = this.#queue[0];
      if (head === undefined) {
        if (ending.aborted) return;
        await new Promise<void>((resolve) => void (this.#wake = resolve));
        continue;
      }
      const error = await this.#send(head.payload);
      if (over.aborted) return;
      if (error === null || (error instanceof SendError && !error.retry)) {
        if (error !== null) this.fail(error, "");
        this.#remove(0, error === null);
        waitMs = FIRST_WAIT_MS;
        continue;
      }
      this.fail(error, "; it is tried again");
      const least = error instanceof SendError ? error.retryAfterMs : 0;
      const ended = ending.aborted;
      await this.#parts.clock.sleep(Math.max(waitMs, least), ended ? over : ending);
      waitMs = ended || !ending.aborted ? Math.min(waitMs * 2, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
    }
  }

  /** Tries once, with a time limit; null when it worked. */
  async #send(payload: Uint8Array): Promise<unknown> {
    const { clock, limits: { sendMs }, send } = this.#parts;
    const attempt = new AbortController();
    const forget = onAbort(this.#over.signal, () => attempt.abort());
    const timer = new AbortController();
    let late = false;
    clock.sleep(sendMs, timer.signal).then(() => {
      late = !timer.signal.aborted;
      if (late) attempt.abort();
    });
    this.#sending = true;
    try {
      await send(payload, attempt.signal);
      return null;
    } catch (error) {
      if (!late) return error ?? new Error("it failed without a reason");
      return new DownpourError("output_timeout", `no success within ${formatDuration(sendMs)}`);
    } finally {
      this.#sending = false;
      timer.abort();
      forget();
    }
  }

  #remove(at: number, written: boolean): void {
    const [{ payload, count }] = this.#queue.splice(at, 1) as [Waiting];
    this.#bytes -= payload.length;
    if (written) this.#written += count;
    else this.#dropped += count;
  }
}

function onAbort(signal: AbortSignal, then: () => void): () => void {
  if (signal.aborted) then();
  else signal.addEventListener("abort", then, { once: true });
  return () => signal.removeEventListener("abort", then);
}
