import type { IterationCounts } from "./result.ts";

/** Counts with nothing in them. */
export function noIterations(): IterationCounts {
  return { planned: 0, started: 0, completed: 0, interrupted: 0, dropped: 0, thrown: 0, late: 0 };
}

/** The sum of several counts: a new object. */
export function addIterations(parts: Iterable<Readonly<IterationCounts>>): IterationCounts {
  const sum = noIterations();
  for (const part of parts) {
    sum.planned += part.planned;
    sum.started += part.started;
    sum.completed += part.completed;
    sum.interrupted += part.interrupted;
    sum.dropped += part.dropped;
    sum.thrown += part.thrown;
    sum.late += part.late;
  }
  return sum;
}

/** Iterations that were started and have neither completed nor been interrupted. */
export function inFlight(counts: Readonly<IterationCounts>): number {
  return counts.started - counts.completed - counts.interrupted;
}

/**
 * The final counts of a shard that is gone, from its last report: what was in flight is
 * interrupted; what was planned, or by now would have been, and was not started is dropped.
 *
 * @param plannedShare what the scenarios asked of this shard up to the end of the run
 */
export function settle(
  counts: Readonly<IterationCounts>,
  plannedShare: number = counts.planned,
): IterationCounts {
  const planned = Math.max(counts.planned, plannedShare, counts.started + counts.dropped);
  return {
    ...counts,
    planned,
    interrupted: counts.interrupted + inFlight(counts),
    dropped: planned - counts.started,
  };
}

/** What is wrong with final counts: one clause for each broken identity, none when they hold. */
export function brokenIdentities(counts: Readonly<IterationCounts>): string[] {
  const { planned, started, completed, interrupted, dropped } = counts;
  const broken: string[] = [];
  if (planned !== started + dropped) {
    broken.push(`planned ${planned} is not started ${started} + dropped ${dropped}`);
  }
  if (started !== completed + interrupted) {
    broken.push(`started ${started} is not completed ${completed} + interrupted ${interrupted}`);
  }
  return broken;
}
