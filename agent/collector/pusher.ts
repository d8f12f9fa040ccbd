import { describeError } from "../../internal/mod.ts";
import type { ResultLine } from "../result.ts";
import { type Batch, Batcher } from "./batch.ts";
import { backoffMs } from "./clock.ts";
import type { Delivery } from "./deliver.ts";
import { type Drop, Ledger, type PushCounts } from "./ledger.ts";
import { type PusherOptions, readPusherOptions } from "./pusher_options.ts";
import { Signal } from "./_signal.ts";
import { Spool, type Spooled } from "./spool.ts";

/**
 * Brings the results of one job to a collector, at least once: a batch is sent again until the
 * collector answers 200, so one whose answer is lost on the way arrives twice. Each carries a key
 * (`Idempotency-Key`) that never changes, by which our collector takes it once; go-lo's, which reads
 * no keys, counts it twice, and `resent` says how many results that can be. The order is not kept.
 */
export interface ResultPusher {
  /**
   * Takes results. Resolves when there is room for more: at once while the collector keeps up, and
   * within the time of a write to disk when it does not. Never waits for a collector that is down.
   *
   * @param results bytes are the JSON of one result, on one line
   */
  push(results: readonly (ResultLine | Uint8Array)[]): Promise<void>;
  /**
   * Sends what is left, the last batch that is not whole too. What is not through after `deadlineMs`
   * is dropped, counted, and gone from the spool. To be called once, after the last `push`.
   */
  finish(deadlineMs: number): Promise<PushCounts>;
  /** So far. */
  counts(): PushCounts;
  /** Why results were lost; few, as one reason has one entry. */
  drops(): readonly Drop[];
  /** Why the last try failed; null when it did not. */
  readonly trouble: string | null;
}

/** Bytes of batches that wait in memory; what is beyond goes to disk. */
const MEMORY_BYTES = 4 * 1024 * 1024;
/** Batches on their way at a time. */
const CONNECTIONS = 4;
/** A batch that is not whole is sent after this long. */
const LINGER_MS = 1000;
/** How long `push` waits for a collector that answers, before it takes to the disk. */
const PATIENCE_MS = 50;

/** A batch on its way: from memory, or from disk. */
interface Work {
  readonly key: string;
  readonly count: number;
  /** Null while it is on disk alone. */
  bytes: Uint8Array<ArrayBuffer> | null;
  readonly spooled: Spooled | null;
  /** Whether the collector may have it from an earlier try. */
  uncertain: boolean;
}

/**
 * Starts to push the results of one job. What a pusher that died left in `spoolFolder` is sent
 * first, by the keys it had.
 *
 * @throws {OptionError | AgentError} for options that can't be used
 */
export function createPusher(options: PusherOptions): ResultPusher {
  return new Pusher(options);
}

class Pusher implements ResultPusher {
  readonly #plan;
  readonly #id = crypto.randomUUID();
  readonly #batcher = new Batcher();
  readonly #spool: Spool;
  readonly #memory: Work[] = [];
  /** Batches of the spool that may be at the collector. */
  readonly #uncertain = new Set<string>();
  readonly #ledger = new Ledger();
  readonly #changed = new Signal();
  /** Ends waits and tries when time is up. */
  readonly #over = new AbortController();
  readonly #opened: Promise<void>;
  readonly #workers: Promise<void[]>;
  #memoryBytes = 0;
  #failures = 0;
  #pause: Promise<void> | null = null;
  #lingering: AbortController | null = null;
  #closed = false;
  #busy = 0;
  trouble: string | null = null;

  constructor(options: PusherOptions) {
    this.#plan = readPusherOptions(options);
    this.#spool = new Spool(this.#plan.spoolFolder, this.#plan.maxSpoolBytes);
    this.#opened = this.#open();
    this.#workers = Promise.all(
      Array.from({ length: CONNECTIONS }, (_, index) => this.#work(index)),
    );
  }

  async push(results: readonly (ResultLine | Uint8Array)[]): Promise<void> {
    for (const result of results) {
      this.#ledger.push();
      const batch = this.#batcher.add(result);
      if (batch !== null) await this.#enqueue(batch);
    }
    if (this.#batcher.waiting > 0 && this.#lingering === null) void this.#linger();
  }

  async finish(deadlineMs: number): Promise<PushCounts> {
    await this.#flush();
    this.#closed = true;
    this.#changed.tell();
    const ended = new AbortController();
    const time = this.#plan.clock.sleep(deadlineMs, ended.signal).then(() => this.#over.abort());
    await this.#workers;
    ended.abort();
    await time;
    await this.#dropTheRest(deadlineMs);
    await this.#plan.deliverer[Symbol.asyncDispose]();
    return this.counts();
  }

  counts(): PushCounts {
    return this.#ledger.counts(this.#spool.count);
  }

  drops(): readonly Drop[] {
    return this.#ledger.drops();
  }

  async #open(): Promise<void> {
    try {
      this.#ledger.recover(await this.#spool.open());
    } catch (error) {
      this.trouble = `can't read the spool: ${describeError(error)}`;
    }
  }

  /** Sends a batch that stays too small for long. */
  async #linger(): Promise<void> {
    const lingering = this.#lingering = new AbortController();
    await this.#plan.clock.sleep(LINGER_MS, lingering.signal);
    if (this.#lingering === lingering) await this.#flush();
  }

  async #flush(): Promise<void> {
    this.#lingering?.abort();
    this.#lingering = null;
    const batch = this.#batcher.take();
    if (batch !== null) await this.#enqueue(batch);
  }

  async #enqueue(batch: Batch): Promise<void> {
    if (!await this.#hasRoom(batch.bytes.length)) {
      await this.#opened;
      const why = await this.#spool.put(this.#id, batch);
      if (why !== null) this.#ledger.drop(why, { count: batch.count, uncertain: false });
      this.#changed.tell();
      return;
    }
    this.#memoryBytes += batch.bytes.length;
    this.#memory.push({
      key: `${this.#id}:${batch.sequence}`,
      count: batch.count,
      bytes: batch.bytes,
      spooled: null,
      uncertain: false,
    });
    this.#changed.tell();
  }

  /** Whether memory has room, waited for a moment while the collector keeps taking. */
  async #hasRoom(bytes: number): Promise<boolean> {
    const fits = () => this.#memoryBytes + bytes <= MEMORY_BYTES;
    if (fits()) return true;
    const patience = new AbortController();
    const tired = this.#plan.clock.sleep(PATIENCE_MS, patience.signal).then(() => patience.abort());
    while (!fits() && this.#failures === 0 && !patience.signal.aborted) {
      await Promise.race([this.#changed.next(), tired]);
    }
    patience.abort();
    return fits();
  }

  /** Sends batch after batch; all but the first wait while the collector fails. */
  async #work(index: number): Promise<void> {
    await this.#opened;
    while (!this.#over.signal.aborted) {
      if (this.#pause !== null) {
        await this.#pause;
        continue;
      }
      const work = index > 0 && this.#failures > 0 ? null : this.#next();
      if (work !== null) {
        this.#busy++;
        await this.#try(work);
        this.#busy--;
        this.#changed.tell();
      } else if (this.#closed && this.#isEmpty()) return;
      else await this.#changed.nextUntil(this.#over.signal);
    }
  }

  #isEmpty(): boolean {
    return this.#busy === 0 && this.#memory.length === 0 && this.#spool.length === 0;
  }

  /** What is in memory goes first, so that less has to go to disk. */
  #next(): Work | null {
    const work = this.#memory.shift();
    if (work !== undefined) return work;
    const spooled = this.#spool.take();
    if (spooled === null) return null;
    const { pusher, sequence, count } = spooled;
    const key = `${pusher}:${sequence}`;
    const uncertain = pusher !== this.#id || this.#uncertain.has(key);
    return { key, count, bytes: null, spooled, uncertain };
  }

  async #try(work: Work): Promise<void> {
    const { key, spooled } = work;
    let outcome: Delivery;
    try {
      const bytes = work.bytes ?? await this.#spool.read(spooled!);
      outcome = await this.#plan.deliverer.deliver(key, bytes, this.#over.signal);
    } catch (error) {
      // Of a file that can't be read; a deliverer gives its failures.
      outcome = { kind: "refused", why: describeError(error) };
    }
    if (outcome.kind === "failed") return this.#failed(work, outcome);
    this.#failures = 0;
    this.trouble = outcome.kind === "taken" ? null : outcome.why;
    if (outcome.kind === "taken") this.#ledger.collect(work, outcome.duplicates);
    else this.#ledger.drop(outcome.why, work);
    if (spooled !== null) {
      this.#uncertain.delete(key);
      await this.#spool.remove(spooled);
    } else this.#memoryBytes -= work.bytes!.length;
  }

  /** Puts a batch back, and lets the collector be for a while. */
  #failed(work: Work, { why, uncertain, afterMs }: Extract<Delivery, { kind: "failed" }>): void {
    const { key, spooled } = work;
    if (!this.#over.signal.aborted) this.trouble = why;
    work.uncertain ||= uncertain;
    if (spooled === null) this.#memory.unshift(work);
    else {
      if (uncertain) this.#uncertain.add(key);
      this.#spool.putBack(spooled);
    }
    this.#failures++;
    const { clock } = this.#plan;
    const ms = Math.max(afterMs, backoffMs(this.#failures, clock.random()));
    this.#pause ??= clock.sleep(ms, this.#over.signal).then(() => void (this.#pause = null));
  }

  async #dropTheRest(deadlineMs: number): Promise<void> {
    const why = `the collector did not take them within ${deadlineMs} ms of the end` +
      (this.trouble === null ? "" : `: ${this.trouble}`);
    for (let work = this.#next(); work !== null; work = this.#next()) {
      this.#ledger.drop(why, work);
      if (work.spooled !== null) await this.#spool.remove(work.spooled);
    }
    await this.#spool.clear();
  }
}
