import { CallCookies } from "./call_cookies.ts";
import type { Target } from "./target.ts";
import type { Settings } from "./settings.ts";

/**
 * The settings of a call that begins now, with what depends on that: the host its cookies are for,
 * and when its time is over.
 */
export function beginCall(settings: Settings, { hostname }: Target): Settings {
  const { ownCookies, cookies, limits } = settings;
  if (ownCookies === undefined && limits === undefined) return settings;
  return {
    ...settings,
    cookies: ownCookies === undefined ? cookies : new CallCookies(cookies, ownCookies, hostname),
    limits: limits && { ...limits, until: performance.now() + limits.total },
  };
}
