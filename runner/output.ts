import { DownpourError } from "../internal/mod.ts";
import type { Registry, SampleBatch } from "../metrics/mod.ts";
import type { RunOptions } from "./options/types.ts";
import type { RunResult } from "./result.ts";

/**
 * Somewhere that a run's numbers go while it goes on: a file, a database, a scrape endpoint.
 *
 * An output is a plain object in two halves. The first turns numbers into payloads, at once and
 * without waiting: `addSamples`, `flush` and `finish` put bytes into an `Outbox`. The second
 * brings one payload to where it goes: `send`. All that lies between (a queue bounded in bytes,
 * one payload at a time in their order, time limits, retries with backoff while a server is down,
 * counting what was lost) is done by the run, for each output apart: no output can hold up the
 * load or another output, and none can lose the run.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * import type { RunOutput } from "@downpour/downpour/runner";
 *
 * const lines: string[] = [];
 * const output: RunOutput = {
 *   name: "requests",
 *   flush({ metrics, elapsedMs }, outbox) {
 *     const requests = metrics.select("http_reqs");
 *     const total = requests?.type === "counter" ? requests.total : 0;
 *     outbox.put(new TextEncoder().encode(`${elapsedMs} ${total}`), 1);
 *   },
 *   send: (payload) => Promise.resolve(void lines.push(new TextDecoder().decode(payload))),
 * };
 * assert.equal(output.name, "requests");
 * ```
 */
export interface RunOutput {
  /** What people know it by, with its address: `json (samples.json)`. No secrets. */
  readonly name: string;
  /** Whether it wants every sample: shards send them only when an output does. Default: false. */
  readonly samples?: boolean;
  /**
   * Whether a run has failed (exit code 1, if nothing else failed) when something could not be
   * written, as a file whose disk is full. Default: false, it is said and no more.
   */
  readonly lossFails?: boolean;
  /** Time between two calls of `flush`, milliseconds. Default: 1000. */
  readonly intervalMs?: number;
  /** Bounds of its own. */
  readonly limits?: Partial<OutputLimits>;
  /**
   * Called once before `setup`: opens a file, connects, listens. When it rejects, or takes longer
   * than `limits.sendMs`, the run ends before its load.
   */
  start?(info: RunInfo): Promise<void>;
  /**
   * Takes samples; only where `samples` is set. The batch is good for the time of this call: copy
   * what you keep. Not called while the queue is full, so what it does is never in vain.
   */
  addSamples?(batch: SampleBatch, outbox: Outbox): void;
  /**
   * Takes the totals so far, every `intervalMs` from `start` on and once more at the end. Also the
   * time to put what `addSamples` gathered. Rates and differences: keep a `ChangeTracker`.
   */
  flush?(moment: OutputMoment, outbox: Outbox): void;
  /**
   * Takes the result, after the last `flush`. Null when the run ended without one, as when `setup`
   * threw. `result.outputs` is still empty and `handleSummary` has not been called.
   */
  finish?(result: RunResult | null, outbox: Outbox): void;
  /**
   * Brings one payload to where it goes; without it, payloads are passed over. Called again with
   * the same payload when it rejects, except with a `SendError` that says otherwise.
   *
   * @param signal aborts when it takes longer than `limits.sendMs`, or at the end `limits.stopMs`
   */
  send?(payload: Uint8Array, signal: AbortSignal): Promise<void>;
  /** Called last, also when `start` failed: closes what is open. Rejecting counts as an error. */
  close?(): Promise<void>;
}

/** Where an output puts what is to be sent. */
export interface Outbox {
  /**
   * Puts one payload behind those that wait. When the queue is full, something is dropped and
   * counted: this payload where the output takes samples, else those that waited longest.
   *
   * @param payload kept as it is: don't change it afterwards
   * @param count how many samples or points it holds, for the report; 0 for headers and the like
   */
  put(payload: Uint8Array, count: number): void;
}

/** Bounds of one output. */
export interface OutputLimits {
  /** Most bytes that wait to be sent; one payload does, whatever its size. Default: 16 MiB. */
  readonly queueBytes: number;
  /** Longest time for one `send`, and for `start`, milliseconds. Default: 10,000. */
  readonly sendMs: number;
  /** Longest time at the end for all that still waits, and for `close`, milliseconds. Default: 5000. */
  readonly stopMs: number;
}

/** What outputs are told of the run before it begins. */
export interface RunInfo {
  /** What runs: a script's path or a URL. */
  readonly name: string;
  /** A UUID of this run. */
  readonly id: string;
  /** What it runs by: defaults, script and flags put together. */
  readonly options: RunOptions;
  /** Number of shards. */
  readonly shards: number;
  /** When the outputs were started, milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A run's totals at one moment. */
export interface OutputMoment {
  /** The merged series of all shards, cumulative since the run began. Read it only. */
  readonly metrics: Registry;
  /** Since the start of the load, milliseconds; 0 before. */
  readonly elapsedMs: number;
  /** Now, milliseconds since the epoch. */
  readonly time: number;
  /** Whether it is the last one. */
  readonly final: boolean;
}

/**
 * Thrown by an output's `send` to say whether trying again makes sense. Codes: `output_send`, and
 * `output_refused` where it does not.
 */
export class SendError extends DownpourError {
  /** Name of the class, for logs. */
  override readonly name: string = "SendError";
  /** Whether the same payload may get through later; if not, it is dropped. */
  readonly retry: boolean;
  /** Not before this many milliseconds (`Retry-After`); 0 for the usual backoff. */
  readonly retryAfterMs: number;

  /** A payload that was not delivered. @param message what failed, on what, without a full stop */
  constructor(
    message: string,
    options: { retry: boolean; retryAfterMs?: number; cause?: unknown },
  ) {
    super(options.retry ? "output_send" : "output_refused", message, {
      phase: "send",
      cause: options.cause,
    });
    this.retry = options.retry;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
