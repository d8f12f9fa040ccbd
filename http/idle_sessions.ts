import type { Session } from "./h2/session.ts";

/** Retires idle HTTP/2 connections to an origin beyond the first `keep` of them. */
export function retireIdle(sessions: readonly Session[], origin: string, keep: number): void {
  const idle = sessions.filter((session) => session.idle && session.origin === origin);
  for (const session of idle.slice(keep)) session.retire();
}

/**
 * Whether an origin wants no streams now: one of its connections allows none, which lasts a short time
 * (RFC 9113 §6.5.2). Another connection would be told the same.
 */
export function takesNone(sessions: readonly Session[], origin: string): boolean {
  return sessions.some((session) => session.takesNone && session.origin === origin);
}
