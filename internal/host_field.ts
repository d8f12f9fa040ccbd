import { isLoopback } from "./ip.ts";

/**
 * Whether the `Host` of a request (RFC 9110 §7.2) means this machine itself: localhost or a loopback
 * address. A page whose name was made to lead here (DNS rebinding) asks by that name.
 */
export function asksThisMachine(host: string): boolean {
  const name = host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1");
  return name.toLowerCase() === "localhost" || isLoopback(name);
}
