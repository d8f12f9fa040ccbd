import { isTimeout } from "./open_within.ts";
import type { AnyLane, Pool } from "./pool.ts";
import type { Settings } from "./settings.ts";
import type { Target } from "./target.ts";
import { PhaseTimeout } from "./timed_out.ts";
import { leftMs, type PhaseLimits } from "./timeouts.ts";

/** A lane of a pool's within the limits of phases. @throws {NetError | HttpError} */
export async function connectWithin(
  pool: Pool,
  target: Target,
  settings: Settings,
  limits: PhaseLimits,
): Promise<AnyLane> {
  const { signal, connectTimeoutMs, timeoutMs, trace } = settings;
  const left = leftMs(limits);
  if (left <= 0) throw new PhaseTimeout("total", limits.total, "connect");
  const blocked = limits.blocked < Infinity ? limits.blocked : connectTimeoutMs;
  const ms = Math.min(blocked, timeoutMs, left);
  try {
    return await pool.connect(target, ms, signal, trace, limits);
  } catch (error) {
    if (error instanceof PhaseTimeout || !isTimeout(error)) throw error;
    if (ms === left) throw new PhaseTimeout("total", limits.total, "connect", error);
    if (ms === limits.blocked) throw new PhaseTimeout("blocked", ms, "connect", error);
    throw error;
  }
}
