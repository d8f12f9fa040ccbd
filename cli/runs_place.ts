import { OptionError, RUNS_FOLDER } from "../internal/mod.ts";
import type { Host } from "./host.ts";

/** Where runs are kept, and how many of them. */
export interface RunsPlace {
  readonly folder: string;
  /** Most runs; 0 for all. */
  readonly keep: number;
}

/** Runs that are kept unless told. */
const KEEP = 50;

/**
 * Where runs are kept: `.downpour/runs` here, or `$DOWNPOUR_RUNS`; the newest 50, or
 * `$DOWNPOUR_KEEP_RUNS`.
 *
 * @throws {OptionError} when `$DOWNPOUR_KEEP_RUNS` is no count
 */
export function runsPlace(host: Host): RunsPlace {
  const text = host.env("DOWNPOUR_KEEP_RUNS") || String(KEEP);
  const keep = Number(text);
  if (!/^\d{1,9}$/.test(text)) {
    const name = "DOWNPOUR_KEEP_RUNS";
    throw new OptionError(name, `${name} must be a whole number, 0 to keep all: ${text}`);
  }
  return { folder: host.env("DOWNPOUR_RUNS") || RUNS_FOLDER, keep };
}

/** Where this command is to keep its run; null when it is not. `DOWNPOUR_RUNS=` (empty) keeps none. */
export function placeToKeep({ save }: { readonly save: boolean }, host: Host): RunsPlace | null {
  const isOff = !save || host.keepsRuns !== true || host.env("DOWNPOUR_RUNS") === "";
  return isOff ? null : runsPlace(host);
}
