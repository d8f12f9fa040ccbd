import { Deadlines, type Expiring } from "../internal/mod.ts";

const deadlines = new Deadlines();
/** Looks a limit: late by at most this part of it. */
const LOOKS = 4;

/**
 * Calls `onIdle` once `activity()` has given the same number for `limitMs`. Costs what it watches
 * nothing: it looks now and then, four times a limit.
 *
 * @returns stops watching
 */
export function watchIdle(
  limitMs: number,
  activity: () => number,
  onIdle: () => void,
): () => void {
  let seen = activity();
  let looks = 0;
  const pause = limitMs / LOOKS;
  const entry: Expiring = {
    deadline: performance.now() + pause,
    checkAt: 0,
    slot: -1,
    expire() {
      const now = activity();
      looks = now === seen ? looks + 1 : 0;
      seen = now;
      if (looks < LOOKS) return deadlines.set(entry, performance.now() + pause);
      deadlines.unwatch(entry);
      onIdle();
    },
  };
  deadlines.watch(entry);
  return () => deadlines.unwatch(entry);
}
