import { type ArrivalPlan, arrivalsBefore, arrivalTimes, withRates } from "../arrivals.ts";
import { nth, type Segment, shareOf } from "../segment.ts";
import type { ExecutorHost } from "./executor.ts";
import { Patience } from "./_patience.ts";
import { type PoolPlan, VuPool } from "./_vu_pool.ts";
import { begun, drain } from "./_wait.ts";

/**
 * Own arrivals closer than this are waited for by turning the event loop: a timer's 1.1 to 2.3 ms
 * would make them late by that much. At 3300 iterations a second and more a shard has no rest to
 * lose; below, a core that is never idle would be too high a price.
 */
const BUSY_GAP_MS = 0.3;

/** An open model: iterations start by the clock, whether or not earlier ones have ended. */
export interface OpenPlan extends PoolPlan {
  /** No iteration starts at or after this time, from the start of the scenario. */
  readonly durationMs: number;
  readonly gracefulStopMs: number;
}

/** Starts iterations as planned; ends when all have ended. */
export async function runOpen(host: ExecutorHost, plan: OpenPlan): Promise<void> {
  if (!(await begun(host))) return;
  const pool = new VuPool(host, plan);
  await pool.fill();
  await startAll(host, plan, pool);
  pool.close();
  await drain(host, pool.idle(), plan.gracefulStopMs, pool.vus);
  pool.settleDropped();
}

/**
 * Starts every arrival when it is due, and drops it where no VU is free; but not for the generator's
 * own lateness (`Patience`). Resolves at the end of the scenario: until then its rate may be changed.
 */
async function startAll(host: ExecutorHost, plan: OpenPlan, pool: VuPool): Promise<void> {
  const { clock, line, turns, segment, counts, startAt, rates } = host;
  const endAt = startAt + plan.durationMs;
  let timeOf = arrivalTimes(plan.arrivals);
  let total = shareOf(segment, plan.arrivals.total);
  let changes = 0;
  const drops = plan.whenBusy === "drop";
  let before = -Infinity;
  const patience = new Patience(clock);
  /** When the event loop last had all the turns it wants. */
  let restedAt = line.now();
  for (let j = joinedAfter(host, plan); !host.stopped;) {
    if (changes !== rates.all.length) {
      const changed = withRates(plan.arrivals, rates.all, plan.durationMs);
      pool.follow(changed);
      timeOf = arrivalTimes(changed);
      total = shareOf(segment, changed.total);
      changes = rates.all.length;
    }
    const isLast = j >= total;
    const plannedAt = isLast ? endAt : startAt + timeOf(nth(segment, j));
    let now = line.now();
    // One sleep serves every arrival that is due when it ends.
    while ((now < plannedAt || line.paused && !isLast) && !rates.changed.aborted) {
      const isBusy = !isLast && plannedAt - before < BUSY_GAP_MS;
      await line.sleepExactly(plannedAt - now, isBusy, rates.changed);
      restedAt = now = line.now();
      patience.rested();
      if (changes !== rates.all.length) break;
    }
    if (changes !== rates.all.length) continue;
    if (isLast) return;
    before = plannedAt;
    if (turns.due(now + line.lostMs)) {
      await turns.take();
      now = line.now();
    }
    if (drops && pool.busy) {
      // Whoever looks only now has been kept from it since then.
      patience.stalled(now, now - Math.max(restedAt, plannedAt));
      if (pool.full) await clock.settle();
      while (pool.busy && patience.lasts(now, now - plannedAt, pool.full) && !host.stopped) {
        // One that may grow does so rather than to live from hand to mouth.
        await (pool.full ? pool.release() : clock.turn());
        now = line.now();
      }
      restedAt = line.now();
    }
    if (host.stopped) break;
    counts.planned++;
    pool.arrive(j++, plannedAt);
  }
}

/** Own arrivals that were those of the shard before. */
function joinedAfter({ segment, startAt, joinAt, rates }: ExecutorHost, plan: OpenPlan): number {
  if (joinAt <= startAt) return 0;
  const arrivals = withRates(plan.arrivals, rates.all, plan.durationMs);
  return plannedArrivals(arrivals, segment, joinAt - startAt);
}

/** Arrivals asked of a segment in the first `elapsedMs`. */
export function plannedArrivals(arrivals: ArrivalPlan, segment: Segment, elapsedMs: number) {
  return shareOf(segment, arrivalsBefore(arrivals, elapsedMs));
}
