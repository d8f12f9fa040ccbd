import type { Session } from "./h2/session.ts";

/** Retires idle HTTP/2 connections to an origin beyond the first `keep` of them. */
export function retireIdle(sessions: readonly Session[], origin: string, keep: number): void {
  const idle = sessions.filter((session) => session.idle && session.origin === origin);
  for (const session of idle.slice(keep)) session.retire();
}
