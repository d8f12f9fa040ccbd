import type { Bus } from "../bus/bus.ts";
import type { CoordinatorResult } from "./_coordinator_for_tests.ts";
import type { Truth } from "./_truth_for_tests.ts";

/** The least that a spool may have. */
export const SPOOL_BYTES: number = 1024 * 1024;

/** What came of a schedule. */
export interface Observed {
  readonly truth: Truth;
  /** Of the coordinators that lived until their end. */
  readonly results: readonly CoordinatorResult[];
  /** Attempts to take the run over that led to nothing, by the codes of their errors. */
  readonly notAttached: readonly string[];
  /** What agents did not leave at the end, `agent: run.part`. */
  readonly staying: readonly string[];
  /** Keys of the run that were left on the servers, but that of its end. */
  readonly leftKeys: readonly string[];
  /** Parts of which records were left there. */
  readonly leftRecords: readonly number[];
  /** What members said to people. */
  readonly said: readonly string[];
  /** How long it took, virtual milliseconds. */
  readonly tookMs: number;
}

/** Hooks of tests that break something on purpose. */
export interface Sabotage {
  /** Puts something else in place of a member's bus. */
  bus?(bus: Bus, member: string): Bus;
  /** Agents that have a spool of so many bytes, whatever its bound is. */
  readonly spoolBytes?: number;
}
