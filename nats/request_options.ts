import { natsError } from "./errors.ts";
import type { HeadersInput } from "./headers.ts";

/** How to send a request. */
export interface RequestOptions {
  /** Longest wait for the reply, in milliseconds. @default {30000} */
  timeout?: number;
  /** Headers of the request. */
  headers?: HeadersInput;
}

const STANDARD_MS = 30_000;

/** The third argument of `request`: milliseconds, or options. @throws {NatsError} 1003 */
export function readRequestOptions(timeout: number | RequestOptions = STANDARD_MS): {
  readonly timeoutMs: number;
  readonly headers: HeadersInput | undefined;
} {
  const { timeout: timeoutMs = STANDARD_MS, headers } = typeof timeout === "number"
    ? { timeout, headers: undefined }
    : timeout;
  if (typeof timeoutMs === "number" && Number.isFinite(timeoutMs) && timeoutMs > 0) {
    return { timeoutMs, headers };
  }
  const context = `the timeout of a request is in milliseconds over 0: ${String(timeoutMs)}`;
  throw natsError(1003, undefined, context);
}
