import type { Time } from "../time.ts";
import type { MemoryConnection } from "./connection.ts";
import type { Kept } from "./kept.ts";

/** Who listens to a live subject. */
export interface Listener {
  readonly subject: string;
  readonly connection: MemoryConnection;
  /** `reply` sends an answer to whoever asked. */
  readonly deliver: (
    bytes: Uint8Array,
    subject: string,
    reply: (answer: Uint8Array) => void,
  ) => void;
}

/** What the buses of all members share. */
export interface Servers {
  readonly time: Time;
  readonly random: () => number;
  readonly maxBytes: number;
  readonly keyTtlMs: number;
  readonly ackWaitMs: number;
  readonly listeners: Set<Listener>;
  /** What is kept right now. */
  kept(): Kept;
  /** Whether calls are done. */
  serving(): boolean;
  /** Wakes those that wait for changes of a subject, key or queue. */
  changed(kind: WaitKind, name: string): void;
  /** Resolves at the next change, after `ms`, or when aborted. */
  untilChanged(kind: WaitKind, name: string, ms: number, signal: AbortSignal): Promise<void>;
}

/** What can be waited for: keys below a prefix, records of a subject, jobs of a queue. */
export type WaitKind = "keys" | "log" | "jobs";
