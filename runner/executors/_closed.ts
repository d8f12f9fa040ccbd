import type { Vu } from "../vu.ts";
import { begun, drain, within } from "./_wait.ts";
import type { ExecutorHost } from "./executor.ts";

/** How long VUs may be started before those that run get a turn. */
const START_SLICE_MS = 5;

/** A closed model with a fixed number of VUs. */
export interface ClosedPlan {
  /** Numbers of this shard's VUs within the scenario. */
  readonly vus: readonly number[];
  /** No iteration starts at or after this time, from the start of the scenario. */
  readonly durationMs: number;
  readonly gracefulStopMs: number;
  /** A VU's source of iteration numbers: called before each iteration, negative at the end. */
  source(vu: number): () => number;
}

/** Runs VUs in loops, each starting its next iteration when the last one has ended. */
export async function runClosed(host: ExecutorHost, plan: ClosedPlan): Promise<void> {
  if (!(await begun(host))) return;
  const endAt = host.startAt + plan.durationMs;
  const vus: Vu[] = [];
  for (const k of plan.vus) vus.push(await host.vu(k));

  let stopping = false;
  const running = startAll();
  if (await within(host.line, running, endAt - host.line.now(), host.stop)) return;
  stopping = true;
  await drain(host, running, plan.gracefulStopMs, vus);

  /** Thousands of VUs that all connect at once would keep the event loop from turning for seconds. */
  async function startAll(): Promise<void> {
    const loops: Promise<void>[] = [];
    let since = host.clock.now();
    for (const [i, vu] of vus.entries()) {
      const source = plan.source(plan.vus[i]!);
      loops.push(vu.loop((now) => {
        const over = stopping || host.stopped || now - host.line.lostMs >= endAt;
        return over ? -1 : source();
      }));
      if (host.clock.now() - since > START_SLICE_MS) {
        await host.turns.take();
        since = host.clock.now();
      }
    }
    await Promise.all(loops);
  }
}
