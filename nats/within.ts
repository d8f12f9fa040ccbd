import { natsError } from "./errors.ts";

/**
 * Waits for `promise`, at most `timeoutMs` milliseconds; 0 for no limit.
 *
 * @throws {NatsError} rejects with 1006
 */
export async function within(promise: Promise<void>, timeoutMs: number): Promise<void> {
  if (timeoutMs === 0) return await promise;
  promise.catch(() => {}); // It may fail after its time.
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(natsError(1006, undefined, `no answer within ${timeoutMs} ms`));
  }, timeoutMs);
  try {
    await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
