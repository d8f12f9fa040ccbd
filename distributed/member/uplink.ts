import { describeError } from "../../internal/mod.ts";
import { type Clock, encodeEvent, type ShardEvent } from "../../runner/remote/mod.ts";
import type { Bus } from "../bus/bus.ts";
import { upSubject } from "../names.ts";
import { Spool } from "./spool.ts";

/** Records on their way to the servers at the same time. */
const WINDOW = 16;
/** How long to wait after one that the servers did not take. */
const RETRY_MS = 250;
/** Nothing was confirmed for so long: the servers have lost what they had acknowledged. */
const STUCK_MS = 15_000;
/** Default of `UplinkOptions.spoolBytes`. */
const SPOOL_BYTES = 64 * 1024 * 1024;

/** What an uplink works with. */
export interface UplinkOptions {
  readonly bus: Pick<Bus, "log" | "maxBytes" | "onConnection">;
  readonly clock: Clock;
  readonly run: string;
  readonly part: number;
  /** How much is kept until it is confirmed. Default: 64 MiB. */
  readonly spoolBytes?: number | undefined;
  /** Takes what people should know. */
  say(text: string): void;
}

/**
 * A part's way to its coordinator: what it says goes into the log, in records, which are kept until
 * the coordinator has merged them. That the servers have stored one is not enough: after an outage
 * they may have forgotten it, so all that is not confirmed is sent again, under the same ids.
 */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #spool: Spool;
  readonly #subject: string;
  readonly #closed = new AbortController();
  readonly #removeListener: () => void;
  /** Stored, above the `sent` ones. */
  readonly #stored = new Set<number>();
  readonly #waiting = new Set<() => void>();
  #sent = 0;
  #next = 1;
  #flying = 0;
  #lost = 0;
  #over = false;
  #troubled = false;
  /** When something was confirmed, or there was nothing to confirm. */
  #progressAt: number;
  /** How often records were stored again that were acknowledged before. */
  #repeats = 0;

  constructor(options: UplinkOptions) {
    this.#options = options;
    const { bus, clock, run, part, spoolBytes = SPOOL_BYTES } = options;
    this.#progressAt = clock.now();
    this.#spool = new Spool(spoolBytes, bus.maxBytes);
    this.#subject = upSubject(run, part);
    let connected = true;
    this.#removeListener = bus.onConnection((now) => {
      if (now && !connected) this.#sendAgain();
      connected = now;
    });
  }

  /** The last sequence up to which the servers have stored all. */
  get sent(): number {
    return this.#sent;
  }

  /** How many records no server has, as far as is known here. */
  get unsent(): number {
    return this.#spool.last - this.#sent;
  }

  /** Bytes in its spool. */
  get spooledBytes(): number {
    return this.#spool.bytes;
  }

  /** Messages that there was no room for. */
  get lost(): number {
    return this.#lost;
  }

  /** Whether there is room for something that can wait or be left out. */
  hasRoom(what: "delta" | "samples"): boolean {
    return this.#spool.hasRoom(what);
  }

  /** Counts a message that there was no room for. */
  left(): void {
    this.#lost++;
  }

  /** Says it, behind what was said before. What is for people is left out when there is no room. */
  post(event: ShardEvent): void {
    if (event.kind === "heartbeat" || this.#over) return;
    const canGo = event.kind === "log" || event.kind === "failures";
    if (canGo && !this.#spool.hasRoom("log")) return this.left();
    if (this.#spool.first > this.#spool.last) this.#progressAt = this.#options.clock.now();
    this.#spool.add(encodeEvent(event));
    this.#pump();
  }

  /** Says goodbye: nothing is said any more. @param reason as of `UpRecord` */
  bye(reason: string | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#spool.bye(this.#lost, reason);
    this.#pump();
  }

  /** Everything up to there has been merged. */
  confirm(sequence: number): void {
    if (sequence >= this.#spool.first) this.#progressAt = this.#options.clock.now();
    this.#spool.confirm(sequence);
    for (const stored of this.#stored) if (stored < this.#spool.first) this.#stored.delete(stored);
    this.#sent = Math.max(this.#sent, this.#spool.first - 1);
    this.#advance();
    this.#next = Math.max(this.#next, this.#spool.first);
    this.#wake();
    this.#pump();
  }

  /** Resolves when all that was said has been merged, or when `signal` aborts. */
  confirmed(signal: AbortSignal): Promise<void> {
    return this.#until(() => this.#spool.first > this.#spool.last, signal);
  }

  /** Resolves when the servers have stored all that was said, or when `signal` aborts. */
  stored(signal: AbortSignal): Promise<void> {
    return this.#until(() => this.#sent >= this.#spool.last, signal);
  }

  /**
   * To be called now and then while a coordinator is there: what it does not get, although the servers
   * took it, is stored once more.
   */
  repeatStuck(): void {
    const now = this.#options.clock.now();
    const { first } = this.#spool;
    if (this.#sent < first || now - this.#progressAt < STUCK_MS) return;
    this.#progressAt = now;
    this.#repeats++;
    for (let sequence = first; sequence < first + WINDOW && sequence <= this.#sent; sequence++) {
      void this.#send(sequence, this.#spool.get(sequence)!, this.#repeats);
    }
  }

  /** Sends nothing any more. */
  close(): void {
    this.#over = true;
    this.#closed.abort();
    this.#removeListener();
    this.#wake();
  }

  async #until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    const wake = () => this.#wake();
    signal.addEventListener("abort", wake, { once: true });
    while (!holds() && !signal.aborted) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    signal.removeEventListener("abort", wake);
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #sendAgain(): void {
    this.#next = this.#spool.first;
    this.#pump();
  }

  #pump(): void {
    while (this.#flying < WINDOW && !this.#closed.signal.aborted) {
      const sequence = this.#next;
      const record = this.#spool.get(sequence);
      if (record === undefined) return;
      this.#next++;
      void this.#send(sequence, record);
    }
  }

  /** @param repeat above 0 for another id: that of before is no news to servers that still know it */
  async #send(sequence: number, record: Uint8Array, repeat: number = 0): Promise<void> {
    const { bus, clock, run, part } = this.#options;
    this.#flying++;
    try {
      const again = repeat === 0 ? "" : `.${repeat}`;
      await bus.log.append(this.#subject, `${run}.${part}.${sequence}${again}`, record);
      if (sequence > this.#sent) this.#stored.add(sequence);
      this.#advance();
      this.#troubled = false;
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#tell(error);
      await clock.sleep(RETRY_MS, this.#closed.signal);
      this.#next = Math.min(this.#next, Math.max(sequence, this.#spool.first));
    }
    this.#flying--;
    this.#pump();
  }

  /** Once for each trouble, not for each record. */
  #tell(error: unknown): void {
    if (this.#troubled) return;
    this.#troubled = true;
    const { run, part, say } = this.#options;
    say(
      `part ${part} of run ${run} can't say what it measured, and keeps it: ${
        describeError(error)
      }`,
    );
  }

  #advance(): void {
    while (this.#stored.delete(this.#sent + 1)) this.#sent++;
    if (this.#sent >= this.#spool.last) this.#wake();
  }
}
