import { retryAfterMs } from "../internal/mod.ts";
import type { Response } from "./response.ts";
import type { Retry } from "./retry.ts";

const LONGEST_PAUSE_MS = 30_000;

/** Whether what came of an attempt is to be repeated. @param attempt from 1 */
export function wantsRetry(
  retry: Retry,
  method: string,
  response: Response,
  attempt: number,
): boolean {
  if (attempt >= retry.attempts || !retry.methods.includes(method)) return false;
  return response.status === 0 || retry.statuses.includes(response.status);
}

/** The pause before the next attempt: what `Retry-After` asks for wins (RFC 9110 §10.2.3). */
export function retryPauseMs(
  retry: Retry,
  response: Pick<Response, "status" | "headers">,
  attempt: number,
): number {
  const after = response.status === 0 ? null : response.headers.get("retry-after");
  const pause = retryAfterMs(after, Date.now()) || retry.delayMs * 2 ** (attempt - 1);
  return Math.min(pause, LONGEST_PAUSE_MS);
}
