import { nearest, OptionError, parseDurationMs } from "../internal/mod.ts";
import type { Response } from "./response.ts";

/** When and how failed attempts are repeated. */
export interface RetryOptions {
  /** Attempts in all, the first one included: 1 to 100. */
  attempts: number;
  /** Statuses that are repeated, besides failures without a response. Default 429, 502, 503, 504. */
  statuses?: readonly number[];
  /** Pause before the second attempt; it doubles each time. Default 100 ms. */
  delay?: number | string;
  /** Methods that are repeated. Default: the idempotent ones (RFC 9110 §9.2.2). */
  methods?: readonly string[];
}

/** The option `retry`, checked. */
export interface Retry {
  readonly attempts: number;
  readonly statuses: readonly number[];
  readonly delayMs: number;
  readonly methods: readonly string[];
}

const NAMES = ["attempts", "statuses", "delay", "methods"];
const IDEMPOTENT = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"];
const LONGEST_PAUSE_MS = 30_000;

/** Reads the option `retry`: a number of attempts, or how; null for none. @throws {OptionError} */
export function readRetry(option: number | RetryOptions | null | undefined): Retry | null {
  if (option === undefined || option === null) return null;
  const options = typeof option === "number" ? { attempts: option } : option;
  for (const name of Object.keys(options)) {
    if (NAMES.includes(name)) continue;
    const near = nearest(name, NAMES);
    throw new OptionError(
      "retry",
      `retry has no option ${name}${near ? ` (did you mean ${near}?)` : ""}`,
    );
  }
  const { attempts, statuses = [429, 502, 503, 504], delay = 100, methods = IDEMPOTENT } = options;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 100) {
    throw new OptionError(
      "retry",
      `retry.attempts is ${attempts}: give a whole number from 1 to 100`,
    );
  }
  return { attempts, statuses, methods, delayMs: parseDurationMs(delay, "retry.delay") };
}

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

/** The pause before the next attempt: `Retry-After` in seconds wins (RFC 9110 §10.2.3). */
export function retryPauseMs(retry: Retry, response: Response, attempt: number): number {
  const after = response.status === 0 ? null : response.headers.get("retry-after");
  const seconds = after !== null && /^\d{1,5}$/.test(after) ? Number(after) : null;
  const pause = seconds === null ? retry.delayMs * 2 ** (attempt - 1) : seconds * 1000;
  return Math.min(pause, LONGEST_PAUSE_MS);
}
