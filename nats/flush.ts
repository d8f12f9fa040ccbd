import { currentContext } from "../metrics/mod.ts";
import { NatsError, natsError } from "./errors.ts";
import type { Handler } from "./handler.ts";
import { NATS_METRICS, type NatsSeries } from "./metrics.ts";
import { within } from "./within.ts";

/**
 * Waits until the server has answered to all that was sent before, and measures it.
 *
 * @param timeoutMs longest wait in milliseconds; 0 for no limit
 * @throws {NatsError} rejects with 1006, 1013
 */
export async function flush(
  handler: Handler,
  series: NatsSeries,
  timeoutMs: number,
): Promise<void> {
  const context = currentContext();
  const startedAt = performance.now();
  try {
    await within(handler.flush(), timeoutMs);
  } catch (cause) {
    const error = cause instanceof NatsError ? cause : natsError(1013, cause, "", "disconnected");
    series.failed(context, error);
    throw error;
  }
  series.sink(context, NATS_METRICS.flushDuration).add(performance.now() - startedAt);
}
