import { checkNames, OptionError, parseDurationMs } from "../internal/mod.ts";
import { IDEMPOTENT } from "./idempotent.ts";

/** When and how failed attempts are repeated. */
export interface RetryOptions {
  /** Attempts in all, the first one included: 1 to 100. */
  attempts: number;
  /** Statuses that are repeated, besides failures without a response. Default 429, 502, 503, 504. */
  statuses?: readonly number[];
  /**
   * Pause before the second attempt; it doubles each time. What a response's `Retry-After` asks for,
   * in seconds or by a date, wins. No pause is longer than 30 s. Default 100 ms.
   */
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

/** Reads the option `retry`: a number of attempts, or how; null for none. @throws {OptionError} */
export function readRetry(option: number | RetryOptions | null | undefined): Retry | null {
  if (option === undefined || option === null) return null;
  const options = typeof option === "number" ? { attempts: option } : option;
  checkNames("retry", options, NAMES);
  const { attempts, statuses = [429, 502, 503, 504], delay = 100, methods = IDEMPOTENT } = options;
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > 100) {
    throw new OptionError(
      "retry",
      `retry.attempts is ${attempts}: give a whole number from 1 to 100`,
    );
  }
  return { attempts, statuses, methods, delayMs: parseDurationMs(delay, "retry.delay") };
}
