import { type ArrivalPlan, arrivalsBefore, arrivalTimes } from "../arrivals.ts";
import { nth, type Segment, shareOf } from "../segment.ts";
import type { ExecutorHost } from "./executor.ts";
import { type PoolPlan, VuPool } from "./_vu_pool.ts";
import { begun, drain } from "./_wait.ts";

/**
 * Own arrivals closer than this are waited for by turning the event loop: a timer's 1.1 to 2.3 ms
 * would make them late by that much. At 5000 iterations a second and more a shard has no rest to
 * lose; below, a core that is never idle would be too high a price.
 */
const BUSY_GAP_MS = 0.2;

/** An open model: iterations start by the clock, whether or not earlier ones have ended. */
export interface OpenPlan extends PoolPlan {
  /** No iteration starts at or after this time, from the start of the scenario. */
  readonly durationMs: number;
  readonly gracefulStopMs: number;
}

/** Starts iterations as planned; ends when all have ended. */
export async function runOpen(host: ExecutorHost, plan: OpenPlan): Promise<void> {
  if (!(await begun(host))) return;
  const { clock, line, turns, segment, counts, startAt, stop } = host;
  const pool = new VuPool(host, plan);
  await pool.fill();
  const timeOf = arrivalTimes(plan.arrivals);
  const total = shareOf(segment, plan.arrivals.total);
  let before = -Infinity;
  /** Whether VUs had a chance to come free since the last sleep or start. */
  let settled = false;
  for (let j = 0; j < total && !host.stopped; j++) {
    const plannedAt = startAt + timeOf(nth(segment, j));
    let now = line.now();
    // One sleep serves every arrival that is due when it ends.
    while ((now < plannedAt || line.paused) && !host.stopped) {
      await line.sleepExactly(plannedAt - now, plannedAt - before < BUSY_GAP_MS, stop);
      now = line.now();
      settled = false;
    }
    before = plannedAt;
    if (turns.due(now + line.lostMs)) await turns.take();
    // After a stall many are due at once: VUs that have finished must not look busy.
    if (pool.full && !settled) {
      await clock.settle();
      settled = pool.full;
    }
    if (host.stopped) break;
    counts.planned++;
    pool.arrive(j, plannedAt);
  }
  const rest = startAt + plan.durationMs - line.now();
  if (rest > 0) await line.sleep(rest, stop);
  pool.close();
  await drain(host, pool.idle(), plan.gracefulStopMs, pool.vus);
  pool.settleDropped();
}

/** Arrivals asked of a segment in the first `elapsedMs`. */
export function plannedArrivals(arrivals: ArrivalPlan, segment: Segment, elapsedMs: number) {
  return shareOf(segment, arrivalsBefore(arrivals, elapsedMs));
}
