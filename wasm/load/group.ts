import type { CompiledGuest } from "../guest/mod.ts";
import type { Endpoint, SessionSettings } from "../plan.ts";
import {
  bufferBytesFor,
  handlerOf,
  LINGER_MS,
  newTotals,
  seriesHere,
  Session,
  type SessionGroup,
  type Step,
} from "../session/mod.ts";

/**
 * What the sessions of a load share, with the metrics of the place that calls this.
 *
 * @param sessions how many there will be: they share what memory there is for buffers
 * @throws {PacketError} `guest_invalid`, `header_invalid`
 */
export function newGroup(
  settings: SessionSettings,
  guest: CompiledGuest | null,
  { sessions, signal }: { sessions: number; signal: AbortSignal },
): SessionGroup {
  return {
    ...{ settings, signal },
    handler: handlerOf(settings, guest),
    totals: newTotals(),
    series: seriesHere(settings.transport),
    bufferBytes: bufferBytesFor(sessions),
    lingerMs: LINGER_MS,
  };
}

/** Session number `index` of a load: they take the endpoints in turn. */
export function newSession(group: SessionGroup, index: number, steps: readonly Step[]): Session {
  const { endpoints } = group.settings;
  return new Session(group, endpoints[index % endpoints.length] as Endpoint, steps);
}
