/** A server may not ask for a longer wait than this, milliseconds. */
const LONGEST_MS = 300_000;

/**
 * The wait that `Retry-After` asks for (RFC 9110 §10.2.3), milliseconds, at most five minutes; 0
 * without one.
 */
export function retryAfterMs(value: string | null, now: number): number {
  if (value === null) return 0;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return ms > 0 ? Math.min(ms, LONGEST_MS) : 0;
}
