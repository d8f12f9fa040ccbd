import { LoadCalls } from "./load_calls.ts";
import { lossesOf, type LossyLoad } from "./losses.ts";
import { longestMs } from "./plan.ts";
import type { RunRequest } from "./request.ts";
import type { Shard } from "./shard/mod.ts";

const NEAR_LEAD_MS = 20;
const FAR_LEAD_MS = 500;

/** Time between the word to start and the start: several shards must hear it, those of other machines too. */
export function leadOf({ parts }: Pick<RunRequest, "parts">, shards: number): number {
  if (parts !== undefined) return FAR_LEAD_MS;
  return shards > 1 ? NEAR_LEAD_MS : 0;
}

/** A load that has been agreed on, and what is done while it goes on. */
export interface RunningLoad extends Omit<LossyLoad, "calls"> {
  /** Called at regular times. */
  tick(): void;
  judge(): void;
  /** Told what the loss of a shard leads to; null when the load is over. */
  onLoss(lost: ((shard: Shard, reason: string) => void) | null): void;
}

/** Has every shard run its part; resolves when all have ended or were lost. */
export async function runLoad(load: RunningLoad): Promise<void> {
  const { plan: { options }, group, control, data, startedAt: startAt } = load;
  const { silenceMs, progressMs, thresholdsMs, slackMs } = load.tuning;
  const timers = [
    setInterval(() => load.tick(), progressMs),
    setInterval(() => load.judge(), thresholdsMs),
  ];
  const calls = new LoadCalls({
    silenceMs,
    limitMs: longestMs(options) + slackMs,
    elapsedMs: load.elapsedMs,
    lookMs: progressMs,
  });
  const lost = lossesOf({ ...load, calls });
  load.onLoss(lost);
  for (const shard of [...group.all]) {
    // One that was lost while the start was agreed on.
    if (shard.lostReason !== null) lost(shard, shard.lostReason);
    else calls.start(shard, { startAt, sentAt: load.now(), data, joinAt: null });
  }
  control.repeat();
  await calls.ended();
  load.onLoss(null);
  for (const timer of timers) clearInterval(timer);
  const { peak } = group.vus();
  if (group.metrics.metric("vus") === undefined) group.recordVUs(options, peak, peak);
}
