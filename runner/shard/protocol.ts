import type { RateChange } from "../arrivals.ts";
import type { SharedImage, SharedInfo } from "../api/mod.ts";
import type { IterationCounts, LogEntry } from "../result.ts";
import type { FailureSample, Metric } from "../../metrics/mod.ts";
import type { RunOptions } from "../options/types.ts";
import type { ScriptBundle } from "../script/types.ts";
import type { Secrets } from "../secrets.ts";
import type { Segment } from "../segment.ts";
import { encodeFrame, type Frame, FrameError, FrameType } from "./frames.ts";

/** What a shard is to run. */
export type ShardSource =
  | { readonly kind: "script"; readonly bundle: ScriptBundle }
  | { readonly kind: "builtin"; readonly name: string; readonly args: unknown };

/** What can be asked of a shard: arguments and answer of each call, both JSON. */
export interface ShardCalls {
  /** Instantiates the script once and looks at what it exports. */
  load: {
    args: {
      source: ShardSource;
      env: Readonly<Record<string, string>>;
      secrets: Secrets;
      /** Shared arrays that another shard loaded. */
      images: readonly SharedImage[];
      heartbeatMs: number;
      deltaMs: number;
      /** Whether to send every sample, not just what they add up to. */
      samples: boolean;
    };
    value: Loaded;
  };
  /** Part of the image of a shared array that it loaded, as base64. */
  image: { args: { name: string; from: number; to: number }; value: string };
  /** Makes the VUs. */
  prepare: { args: { options: RunOptions; segment: Segment }; value: null };
  /** Calls the script's `setup`; the answer is its result as JSON text, null for undefined. */
  setup: { args: Record<string, never>; value: string | null };
  /**
   * Runs the load from `startAt`; answers when it is over and the last metrics were sent. Both
   * times are by the clock of whoever asks. With `joinAt`, by the same clock, it takes over from a
   * shard that was lost: it does what is planned from then on, as if it had been there before.
   */
  start: {
    args: { startAt: number; sentAt: number; data: string | null; joinAt: number | null };
    value: null;
  };
  /** Changes the load while it runs. */
  control: { args: ShardControl; value: null };
  /** Starts no more iterations; with `now`, gives up the running ones too. */
  stop: { args: { now: boolean }; value: null };
  /** Calls the script's `teardown`. */
  teardown: { args: { data: string | null }; value: null };
  /** Calls the script's `handleSummary`; null when it has none. */
  summary: { args: { data: unknown }; value: Record<string, string> | null };
}

/** A change of the load; `at` is the moment of the word, milliseconds since the epoch. */
export type ShardControl =
  | { readonly action: "pause"; readonly at: number }
  | { readonly action: "resume"; readonly at: number }
  /** How many VUs are wanted of a whole scenario. */
  | { readonly action: "vus"; readonly scenario: string; readonly vus: number }
  /** How many arrivals a second are wanted of a whole scenario, from a time of its own on. */
  | { readonly action: "rate"; readonly scenario: string } & RateChange;

/** What a script turned out to be. */
export interface Loaded {
  /** Its `options`, as JSON. */
  readonly options: unknown;
  /** Names of everything exported. */
  readonly exports: readonly string[];
  /** Those of them that are functions. */
  readonly functions: readonly string[];
  /** Metrics that its protocols record, or that it declared while it loaded. */
  readonly metrics: readonly Metric[];
  /** Shared arrays that it loaded itself. */
  readonly shared: readonly SharedInfo[];
}

/** A call on its way to a shard. */
export type ShardCommand = {
  [K in keyof ShardCalls]: { readonly id: number; readonly call: K } & {
    readonly args: ShardCalls[K]["args"];
  };
}[keyof ShardCalls];

/** Totals of a shard so far. */
export interface ShardStatus {
  /** Iterations of all its scenarios. */
  readonly counts: IterationCounts;
  /** Those of arrival-rate scenarios alone. */
  readonly open: {
    readonly started: number;
    readonly dropped: number;
    /** Started late because no VU had been free. */
    readonly waited: number;
  };
  /** How late their iterations began: see `LagHistogram`. */
  readonly lateness: readonly (readonly [bucket: number, count: number])[];
  /** VUs: in an iteration, most that were at once, made and not given up. */
  readonly vus: { readonly active: number; readonly peak: number; readonly existing: number };
  /** User and system CPU of its process, milliseconds. */
  readonly cpuMs: number;
  /** Of those, since the load began. */
  readonly loadCpuMs: number;
  /** How many processes this is the sum of. Default: 1. */
  readonly processes?: number;
  /** How late its event loop was: see `LagHistogram`. */
  readonly lag: readonly (readonly [bucket: number, count: number])[];
}

/** Why a call failed. */
export interface ShardFailure {
  /** A stable code where the error has one. */
  readonly code: string | null;
  /** For people, with its place in the script. */
  readonly message: string;
}

/** What a shard says. */
export type ShardEvent =
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly error: ShardFailure }
  | { readonly kind: "delta"; readonly status: ShardStatus; readonly metrics: Uint8Array }
  | { readonly kind: "samples"; readonly batch: Uint8Array }
  /** Some of the first calls that failed. */
  | { readonly kind: "failures"; readonly samples: readonly FailureSample[] }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "log"; readonly entry: LogEntry }
  | { readonly kind: "abort" | "fail"; readonly reason: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const NOTHING = new Uint8Array(0);

/** A command as a frame. */
export function encodeCommand(command: ShardCommand): Uint8Array {
  return encodeFrame(FrameType.control, encoder.encode(JSON.stringify(command)));
}

/** The command in a frame: written by the parent, so its shape is taken as it is. */
export function decodeCommand({ type, payload }: Frame): ShardCommand {
  if (type !== FrameType.control) throw new FrameError("frame_type", `got frame type ${type}`);
  return parse(payload) as unknown as ShardCommand;
}

/** An event as a frame. */
export function encodeEvent(event: ShardEvent): Uint8Array {
  if (event.kind === "heartbeat") return encodeFrame(FrameType.heartbeat, NOTHING);
  if (event.kind === "samples") return encodeFrame(FrameType.samples, event.batch);
  if (event.kind !== "delta") {
    return encodeFrame(FrameType.control, encoder.encode(JSON.stringify(event)));
  }
  const status = encoder.encode(JSON.stringify(event.status));
  const payload = new Uint8Array(4 + status.length + event.metrics.length);
  new DataView(payload.buffer).setUint32(0, status.length);
  payload.set(status, 4);
  payload.set(event.metrics, 4 + status.length);
  return encodeFrame(FrameType.delta, payload);
}

/**
 * The event in a frame, its shape checked: a broken shard must not break the run.
 *
 * @throws {FrameError} `frame_malformed`
 */
export function decodeEvent({ type, payload }: Frame): ShardEvent {
  if (type === FrameType.heartbeat) return { kind: "heartbeat" };
  if (type === FrameType.samples) return { kind: "samples", batch: payload };
  if (type === FrameType.delta) {
    if (payload.length < 4) throw malformed("delta");
    const length = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    if (length > payload.length - 4) throw malformed("delta");
    const status = parse(payload.subarray(4, 4 + length));
    if (!isStatus(status)) throw malformed("status");
    return { kind: "delta", status, metrics: payload.subarray(4 + length) };
  }
  const event = parse(payload);
  switch (event["kind"]) {
    case "answer":
      if (isCount(event["id"])) return { kind: "answer", id: event["id"], value: event["value"] };
      break;
    case "failure": {
      const error = event["error"];
      if (isCount(event["id"]) && isRecord(error) && typeof error["message"] === "string") {
        const code = typeof error["code"] === "string" ? error["code"] : null;
        return { kind: "failure", id: event["id"], error: { code, message: error["message"] } };
      }
      break;
    }
    case "log":
      if (isLogEntry(event["entry"])) return { kind: "log", entry: event["entry"] };
      break;
    case "failures": {
      const samples = event["samples"];
      if (Array.isArray(samples) && samples.every(isFailureSample)) {
        return { kind: "failures", samples };
      }
      break;
    }
    case "abort":
    case "fail":
      if (typeof event["reason"] === "string") {
        return { kind: event["kind"], reason: event["reason"] };
      }
      break;
  }
  throw malformed("event");
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    if (isRecord(value)) return value;
  } catch {
    // Told below.
  }
  throw malformed("JSON");
}

function malformed(what: string): FrameError {
  return new FrameError("frame_malformed", `got a malformed ${what}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isFailureSample(value: unknown): value is FailureSample {
  if (!isRecord(value) || !isCount(value["status"])) return false;
  const texts = ["kind", "method", "url", "message", "note"].map((name) => value[name]);
  return [...texts, value["body"] ?? ""].every((text) => typeof text === "string");
}

function hasCounts(value: unknown, names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => isCount(value[name]));
}

const COUNTS = ["planned", "started", "completed", "interrupted", "dropped", "thrown", "late"];

function isStatus(value: Record<string, unknown>): value is Record<string, unknown> & ShardStatus {
  return hasCounts(value["counts"], COUNTS) &&
    hasCounts(value["open"], ["started", "dropped", "waited"]) &&
    hasCounts(value["vus"], ["active", "peak", "existing"]) &&
    hasCounts(value, ["cpuMs", "loadCpuMs"]) &&
    (value["processes"] === undefined || isCount(value["processes"])) &&
    isHistogram(value["lag"]) &&
    isHistogram(value["lateness"]);
}

function isHistogram(value: unknown): boolean {
  return Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && isCount(pair[0]) && isCount(pair[1]));
}

const LEVELS: readonly unknown[] = ["debug", "info", "warn", "error"];

function isLogEntry(value: unknown): value is LogEntry {
  return isRecord(value) && LEVELS.includes(value["level"]) && typeof value["text"] === "string" &&
    (value["source"] === "script" || value["source"] === "run");
}
