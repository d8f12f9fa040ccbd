import { describeError, DownpourError, formatDuration } from "../../internal/mod.ts";
import type { FailureSample } from "../../metrics/mod.ts";
import type { LogEntry } from "../result.ts";
import type { LinkInfo } from "../link_info.ts";
import type { ShardLink, ShardStarter } from "./link.ts";
import type { ShardCalls, ShardCommand, ShardEvent, ShardStatus } from "./protocol.ts";

/** How many times a shard is looked at within the time it may be silent. */
const LOOKS = 10;
/** After as many looks in vain it counts as silent. */
const SILENT_LOOKS = 5;

/**
 * A call that a shard did not answer with success. Codes: `shard_lost`, `shard_timeout`; else
 * that of the error in the shard, or `shard_threw` when it has none.
 */
export class ShardError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "ShardError";
}

/** What the coordinator wants to know of a shard. */
export interface ShardHooks {
  /** Totals and metrics came. What it throws makes the shard a lost one. */
  delta(shard: Shard, status: ShardStatus, metrics: Uint8Array): void;
  /** Samples came. What it throws makes the shard a lost one. */
  samples(shard: Shard, batch: Uint8Array): void;
  /** It, or its script, logged a line. */
  log(entry: LogEntry): void;
  /** Calls that failed came. */
  failures(samples: readonly FailureSample[]): void;
  /** The script asked to end the run. */
  abort(reason: string): void;
  /** The script made the run a failed one, which goes on. */
  fail(reason: string): void;
  /** It died, hung or broke the protocol. */
  lost(shard: Shard, reason: string): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: ShardError): void;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** One shard as the coordinator sees it: calls with time limits, a watch, and what it last said. */
export class Shard {
  /** Its number, from 0. */
  readonly index: number;
  /** For people: `shard 1 (pid 4711)`. */
  readonly name: string;
  readonly #hooks: ShardHooks;
  readonly #link: ShardLink;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #status: ShardStatus | null = null;
  #lostReason: string | null = null;
  #closed = false;
  #silentLooks = 0;
  #watch: ReturnType<typeof setInterval> | undefined;

  /**
   * Starts it.
   *
   * @param readable what it may read beside what all may
   * @param instead number of the lost shard that it stands in for
   */
  constructor(
    index: number,
    start: ShardStarter,
    hooks: ShardHooks,
    readable: readonly string[] = [],
    instead: number | null = null,
  ) {
    this.index = index;
    this.#hooks = hooks;
    this.#link = start(
      index,
      (event) => this.#on(event),
      (text) => hooks.log({ level: "warn", text: `shard ${index}: ${text}`, source: "run" }),
      readable,
      instead,
    );
    this.name = this.#link.label === "" ? `shard ${index}` : `shard ${index} (${this.#link.label})`;
    this.#link.ended.then((reason) => this.#lose(`${this.name} died: ${reason}`));
  }

  /** Why it was lost, or null. */
  get lostReason(): string | null {
    return this.#lostReason;
  }

  /** Whether it can be called. */
  get live(): boolean {
    return this.#lostReason === null && !this.#closed;
  }

  /** Its latest totals, or null before the first. */
  get status(): ShardStatus | null {
    return this.#status;
  }

  /** Where it runs, and what is known of the way to it; null on this machine. */
  get info(): LinkInfo | null {
    return this.#link.info?.() ?? null;
  }

  /** Whether nothing was heard of it lately, though it may go on. */
  get silent(): boolean {
    return this.live && (this.info?.silent ?? this.#silentLooks > SILENT_LOOKS);
  }

  /** Whether it is a process besides this one. */
  get separate(): boolean {
    return this.#link.separate;
  }

  /** Asks it to do something. Rejects with `ShardError`; after `timeoutMs` with `shard_timeout`. */
  call<K extends keyof ShardCalls>(
    call: K,
    args: ShardCalls[K]["args"],
    timeoutMs: number,
  ): Promise<ShardCalls[K]["value"]> {
    if (!this.live) {
      const message = this.#lostReason ?? `${this.name} was closed`;
      return Promise.reject(new ShardError("shard_lost", message));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = Number.isFinite(timeoutMs)
        ? setTimeout(() => {
          this.#pending.delete(id);
          const limit = formatDuration(timeoutMs);
          reject(
            new ShardError("shard_timeout", `${call} in ${this.name} took longer than ${limit}`),
          );
        }, Math.min(timeoutMs, 2 ** 31 - 1))
        : undefined;
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
      try {
        this.#link.send({ id, call, args } as ShardCommand);
      } catch (error) {
        this.#settle(id)?.reject(new ShardError("shard_send", describeError(error)));
      }
    });
  }

  /** From now on it is lost when it says nothing for `silenceMs`. */
  watch(silenceMs: number): void {
    clearInterval(this.#watch);
    if (!this.#link.separate || !this.live) return;
    this.#silentLooks = 0;
    // Counted in looks, not by the clock: a parent that was stopped for a while blames nobody.
    this.#watch = setInterval(() => {
      if (++this.#silentLooks <= LOOKS) return;
      const limit = formatDuration(silenceMs).replace(/(\d)([a-z])/, "$1 $2");
      this.lose(`${this.name} hung: no heartbeat for ${limit}`);
    }, silenceMs / LOOKS);
  }

  /** Kills it and takes note that it is lost. */
  lose(reason: string): void {
    this.#lose(reason);
    this.#link.kill();
  }

  /** Lets it end, in whatever state it is; resolves when it has. */
  async close(): Promise<void> {
    this.#end(`${this.name} was closed`);
    if (this.#lostReason !== null) this.#link.kill();
    await this.#link.close();
  }

  /** Ends it at once, without calling it lost. */
  async kill(): Promise<void> {
    this.#end(`${this.name} was killed`);
    this.#link.kill();
    await this.#link.close();
  }

  #on(event: ShardEvent): void {
    this.#silentLooks = 0;
    if (!this.live) return;
    switch (event.kind) {
      case "answer":
        this.#settle(event.id)?.resolve(event.value);
        break;
      case "failure": {
        const { code, message } = event.error;
        this.#settle(event.id)?.reject(new ShardError(code ?? "shard_threw", message));
        break;
      }
      case "delta":
      case "samples":
        try {
          if (event.kind === "samples") this.#hooks.samples(this, event.batch);
          else {
            this.#hooks.delta(this, event.status, event.metrics);
            this.#status = event.status;
          }
        } catch (error) {
          this.lose(`${this.name} broke the protocol: ${describeError(error)}`);
        }
        break;
      case "log":
        this.#hooks.log(event.entry);
        break;
      case "failures":
        this.#hooks.failures(event.samples);
        break;
      case "abort":
        this.#hooks.abort(event.reason);
        break;
      case "fail":
        this.#hooks.fail(event.reason);
        break;
      case "heartbeat":
        break;
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      clearTimeout(pending.timer);
      this.#pending.delete(id);
    }
    return pending;
  }

  #lose(reason: string): void {
    if (!this.live) return;
    this.#lostReason = reason;
    this.#end(reason);
    this.#hooks.lost(this, reason);
  }

  #end(reason: string): void {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id)?.reject(new ShardError("shard_lost", reason));
    }
  }
}
