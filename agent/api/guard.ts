import { createHash, timingSafeEqual } from "node:crypto";
import { isThisMachine } from "../rpc/address.ts";
import { HttpError } from "./errors.ts";
import type { CheckedSecurity } from "./security.ts";

/** Addresses whose failures are remembered; the oldest are forgotten first. */
const MAX_ADDRESSES = 10_000;

/** Lets a request through, or throws. @param remote the address it comes from */
export type Guard = (headers: Headers, remote: string) => void;

/**
 * Lets through who may use the agent: no page of another site, nobody by a name that isn't the
 * agent's (DNS rebinding), and with a token only who sends it. An address that has sent too many
 * wrong ones is locked out for a while, right ones included.
 *
 * @param clock ms, of a clock that nobody sets
 */
export function createGuard(
  { token, hosts, maxFailures, lockoutMs }: CheckedSecurity,
  clock: () => number = () => performance.now(),
): Guard {
  const wanted = token === null ? null : digest(token);
  const failures = new Map<string, { count: number; until: number }>();

  const fail = (remote: string): void => {
    const before = failures.get(remote);
    const count = before === undefined || before.until <= clock() ? 1 : before.count + 1;
    failures.delete(remote); // to the end of the order
    failures.set(remote, { count, until: clock() + lockoutMs });
    if (failures.size > MAX_ADDRESSES) failures.delete(failures.keys().next().value!);
  };

  return (headers, remote) => {
    checkHost(headers.get("host") ?? "", hosts);
    checkOrigin(headers);
    if (wanted === null) return;
    const known = failures.get(remote);
    if (known !== undefined && known.count >= maxFailures && known.until > clock()) {
      const seconds = Math.ceil((known.until - clock()) / 1000);
      throw new HttpError(429, "too many wrong tokens came from this address", {
        "retry-after": String(seconds),
      });
    }
    const sent = /^Bearer +([^\s]{1,4096}) *$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (sent !== undefined && timingSafeEqual(digest(sent), wanted)) {
      failures.delete(remote);
      return;
    }
    if (sent !== undefined) fail(remote);
    throw new HttpError(
      401,
      sent === undefined ? "Authorization: Bearer TOKEN is missing" : "the token is wrong",
      { "www-authenticate": "Bearer" },
    );
  };
}

/** Hashed, values of any length compare in the same time. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function checkHost(host: string, hosts: ReadonlySet<string> | null): void {
  if (hosts === null) return;
  const name = nameOf(host);
  if (isThisMachine(name) || hosts.has(name)) return;
  throw new HttpError(
    403,
    `Host is ${JSON.stringify(host.slice(0, 100))}: this agent is asked by localhost, 127.0.0.1, ` +
      `[::1]${[...hosts].map((each) => `, ${each}`).join("")}`,
  );
}

/** A browser says where a page comes from: only the agent's own may use it. */
function checkOrigin(headers: Headers): void {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const own = origin === null ||
    origin.replace(/^https?:\/\//i, "").toLowerCase() === headers.get("host")?.toLowerCase();
  if (own && site !== "cross-site" && site !== "same-site") return;
  throw new HttpError(403, `pages of ${origin ?? "other sites"} may not use this agent`);
}

/** A host without its port and brackets. */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1").toLowerCase();
}

/** Headers with the name that a server is asked by: over HTTP/2 it stands in the URL alone. */
export function withHost({ headers, url }: Request): Headers {
  if (headers.has("host")) return headers;
  const all = new Headers(headers);
  all.set("host", new URL(url).host);
  return all;
}
