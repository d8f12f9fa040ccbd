import type { SessionSettings } from "../plan.ts";
import type { PacketHandler } from "./handler.ts";
import type { EndpointSeries } from "./series.ts";
import type { Totals } from "./totals.ts";

/** What the sessions of one load in one process share. */
export interface SessionGroup {
  readonly settings: SessionSettings;
  readonly handler: PacketHandler;
  readonly totals: Totals;
  /** The series of an endpoint. */
  readonly series: (endpoint: string) => EndpointSeries;
  /** Most bytes that a session reads ahead, and of copies that it writes at once. */
  readonly bufferBytes: number;
  /** Ends connections that are being made. */
  readonly signal: AbortSignal;
  /** How long a drained session waits for the peer to end as well. */
  readonly lingerMs: number;
}

/** Memory for reading ahead, and as much for writing, of all sessions in a process together. */
const BUDGET_BYTES = 32 * 1024 * 1024;
const MAX_BYTES = 64 * 1024;
const MIN_BYTES = 4 * 1024;

/** How long a drained session waits for the peer to end as well, in milliseconds. */
export const LINGER_MS = 1000;

/** What each of so many sessions may use for reading ahead, and for writing. */
export function bufferBytesFor(sessions: number): number {
  return Math.max(MIN_BYTES, Math.min(MAX_BYTES, Math.floor(BUDGET_BYTES / Math.max(1, sessions))));
}
