import type { Context } from "../metrics/mod.ts";
import type { NatsSeries } from "./metrics.ts";

/** Tells all listeners of a script: see {@link guarded}. */
export function tellAll<T>(
  series: NatsSeries,
  place: Pick<Context, "recorder" | "tags">,
  listeners: Iterable<(value: T) => void>,
  value: T,
): void {
  for (const listener of listeners) guarded(series, place, () => listener(value));
}

/** Calls what a script listens with: what that throws is counted in `place`, and stops nothing else. */
export function guarded(
  series: NatsSeries,
  place: Pick<Context, "recorder" | "tags">,
  call: () => void,
): void {
  try {
    call();
  } catch (error) {
    series.failed(place, error);
  }
}
