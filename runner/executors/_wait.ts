import type { Vu } from "../vu.ts";
import type { Timeline } from "../timeline.ts";
import type { ExecutorHost } from "./executor.ts";

/** Waits for `work`, but no longer than `ms` and not past the abort of `signal`; whether it ended. */
export async function within(
  line: Timeline,
  work: Promise<unknown>,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  const timer = new AbortController();
  const cancel = () => timer.abort();
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  let ended = false;
  const worked = work.then(() => {
    ended = true;
  });
  await Promise.race([worked, line.sleep(Math.max(0, ms), timer.signal)]);
  signal.removeEventListener("abort", cancel);
  cancel();
  // A stop that comes together with the end of the work must not hide it.
  await Promise.resolve();
  return ended;
}

/** Sleeps until the scenario begins, for this shard; false if it is not to begin any more. */
export async function begun({ line, startAt, joinAt, stop }: ExecutorHost): Promise<boolean> {
  const wait = Math.max(startAt, joinAt) - line.now();
  if (wait > 0 || line.paused) await line.sleep(wait, stop);
  return !stop.aborted;
}

/** Gives running iterations their time to end, then gives up the VUs that are still at it. */
export async function drain(
  { line, cut }: ExecutorHost,
  running: Promise<unknown>,
  gracefulStopMs: number,
  vus: Iterable<Vu>,
): Promise<void> {
  if (await within(line, running, gracefulStopMs, cut)) return;
  for (const vu of vus) vu.interrupt();
}
