/** How long a link that is not in use saves up, and how much passes it in one piece. */
const BURST_MS = 20;
const MAX_PIECE = 64 * 1024;

/**
 * When `bytes` that come at `now` have passed a link, given when it is free: a token bucket whose
 * state is one point in time (GCRA). The link saves up at most 20 ms, which makes up for timers that
 * are late. What is returned is when the link is free next; at or before `now` there is no wait.
 */
export function passedAt(
  freeAt: number,
  now: number,
  bytes: number,
  bytesPerSecond: number,
): number {
  return Math.max(freeAt, now - BURST_MS) + 1000 * bytes / bytesPerSecond;
}

/** Most bytes to hand to a link at once: what it carries in 20 ms, 1 to 65536. */
export function pieceOf(bytesPerSecond: number): number {
  return Math.max(1, Math.min(MAX_PIECE, Math.floor(bytesPerSecond * BURST_MS / 1000)));
}
