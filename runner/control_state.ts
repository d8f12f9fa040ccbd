import type { RateChange } from "./arrivals.ts";

/** What was set live of a run: a coordinator that takes it over goes on from there. JSON. */
export interface ControlState {
  /** Whether the load had begun: a pause before it holds it back, and takes nothing of its time. */
  readonly loading: boolean;
  /** When the pause that is on began, milliseconds since the epoch; null when none is on. */
  readonly pausedAt: number | null;
  /** When the last pause of the load ended, milliseconds since the epoch; null before. */
  readonly resumedAt: number | null;
  /** What pauses of the load that are over have taken, milliseconds. */
  readonly lostMs: number;
  /** How rates were changed, in order of time, by the names of their scenarios. */
  readonly rates: Readonly<Record<string, readonly RateChange[]>>;
  /** VUs that were set, and the most that there may be, by the names of scenarios. */
  readonly vus: Readonly<Record<string, { readonly vus: number; readonly maxVUs: number }>>;
}
