import { setCookieOf } from "../cookie_keeper.ts";
import type { FlowCall, Leg } from "./call.ts";

/** Sends the jar's cookies, and keeps those that come. */
export function keepingCookies({ settings, events }: FlowCall, next: Leg): Leg {
  const { cookies } = settings;
  if (cookies === null) return next;
  return async (request, hop) => {
    const response = await next(cookies.attach(request), hop);
    const set = response.rawHead.length === 0 ? [] : setCookieOf(response.rawHead);
    if (set.length === 0) return response;
    // A listener or a layer may have sent it elsewhere: that is who set them.
    const data = { url: response.url, cookies: set };
    await events.emit("cookiesReceived", data);
    await cookies.store(data.url, data.cookies);
    return response;
  };
}
