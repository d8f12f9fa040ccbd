import { DownpourError } from "../../internal/mod.ts";
import { outgoingOf, preparedOf } from "../outgoing.ts";
import type { Prepared } from "../prepare.ts";
import { isRedirect, redirected } from "../redirect.ts";
import type { Response } from "../response.ts";
import { type FlowCall, type Leg, spent } from "./call.ts";

/** Follows redirects, as far as the call and its listeners want it. */
export function followingRedirects(call: FlowCall, next: Leg): Leg {
  return async (first) => {
    let request = first;
    for (let hop = 0;; hop++) {
      const response = await next(request, hop);
      if (!isRedirect(response.status) || hop >= call.settings.maxRedirects) return response;
      const following = await follow(call, response, request, hop);
      if (following === null) return response;
      await spent(call, response);
      if (following instanceof DownpourError) return response.failedWith(following);
      request = following;
    }
  };
}

/** The next request; null for none, or why there can't be one. */
async function follow(
  { events, first, id }: FlowCall,
  response: Response,
  request: Prepared,
  hop: number,
): Promise<Prepared | DownpourError | null> {
  let next: Prepared | null;
  try {
    next = redirected(request, response.status, response.rawHead, response.url);
  } catch (error) {
    return error as DownpourError;
  }
  if (next === null || !events.has("redirect")) return next;
  const data = { response, request: outgoingOf(next, id, hop + 1), follow: true };
  await events.emit("redirect", data);
  return data.follow ? preparedOf(data.request, first.target.urlName) : null;
}
