import { DownpourError } from "../internal/mod.ts";
import type { ConnectionEvents } from "./connection_events.ts";
import { attempting } from "./flow/attempts.ts";
import { changed, type Flow, type FlowCall, recorded, spent } from "./flow/call.ts";
import { answeringChallenges } from "./flow/challenges.ts";
import { callConnections } from "./flow/connections.ts";
import { keepingCookies } from "./flow/cookies.ts";
import { followingRedirects } from "./flow/redirects.ts";
import { retrying } from "./flow/retries.ts";
import type { Prepared } from "./prepare.ts";
import type { Response } from "./response.ts";
import type { Settings } from "./settings.ts";

/**
 * Sends a request through all that its client and call ask for. Inside out: events and layers around
 * each attempt, cookies, an answer to a challenge, another attempt where `retry` wants it, redirects.
 *
 * Without any of that `sendRequest` does it alone, which is faster.
 *
 * @param connections tells the client's listeners what becomes of connections
 */
export async function sendThrough(
  flow: Flow,
  first: Prepared,
  settings: Settings,
  connections: ConnectionEvents | null,
): Promise<Response> {
  const { events, pool } = flow;
  const call: FlowCall = {
    ...flow,
    first,
    settings,
    id: crypto.randomUUID(),
    connections: callConnections(pool, events, connections),
    unrecorded: undefined,
    last: undefined,
  };
  try {
    const request = await changed(call, "requestCreated", first, 0);
    return await ended(call, await legOf(call)(request, 0));
  } catch (error) {
    // What was thrown first is what the caller hears of.
    await recorded(call).catch(() => {});
    if (call.last !== undefined) await spent(call, call.last).catch(() => {});
    if (error instanceof DownpourError && error.code === "aborted") {
      await events.emit("requestAborted", { id: call.id, error });
    }
    throw error;
  } finally {
    call.connections.stop();
  }
}

function legOf(call: FlowCall) {
  const attempt = keepingCookies(call, attempting(call));
  return followingRedirects(call, retrying(call, answeringChallenges(call, attempt)));
}

/** Tells what became of the call. */
async function ended(call: FlowCall, response: Response): Promise<Response> {
  const { events, settings } = call;
  const { error } = response;
  if (error !== null) {
    if (error.code === "request_timeout") await events.emit("requestTimeout", response);
    await events.emit("requestFailed", response);
  }
  await recorded(call);
  if (error !== null && settings.throwing) throw error;
  if (response.status === 101) await events.emit("upgrade", response);
  await events.emit("responseCompleted", response);
  return response;
}
