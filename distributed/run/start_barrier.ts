import type { Clock } from "../../runner/remote/mod.ts";
import type { Keys } from "../bus/bus.ts";
import { PoolError } from "../errors.ts";
import { startKey } from "../names.ts";
import { encodeMessage, readRunStart } from "../wire/mod.ts";
import type { HeldLease } from "./lease.ts";

/** Time between the word to start and the start: all parts hear it meanwhile. */
const LEAD_MS = 500;

/**
 * When the load of a run begins, agreed on once: the first who asks says when, whoever asks later, a
 * coordinator that takes over, is told.
 *
 * @param serversClock what is agreed on is kept by it: whoever takes over has another clock
 * @param proposed the earliest time, milliseconds since the epoch
 */
export async function agreeOnStart(
  keys: Keys,
  run: string,
  time: Pick<Clock, "now">,
  serversClock: HeldLease["serversClock"],
  proposed: number,
): Promise<number> {
  const offsetMs = await serversClock.offsetMs();
  const startAt = Math.max(proposed, time.now() + LEAD_MS);
  try {
    await keys.create(startKey(run), encodeMessage({ startAt: startAt - offsetMs }));
    return startAt;
  } catch (error) {
    if (!(error instanceof PoolError && error.code === "bus_conflict")) throw error;
  }
  const entry = await keys.get(startKey(run));
  if (entry !== null) return readRunStart(entry.value).startAt + offsetMs;
  throw new PoolError("bus_lost", `the start of run ${run} was there and is gone`);
}
