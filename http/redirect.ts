import type { DownpourError } from "../internal/mod.ts";
import { HttpError } from "./errors.ts";
import { readFields } from "./h1/mod.ts";
import { encode, type Prepared } from "./prepare.ts";
import { parseTarget } from "./target.ts";

/** Statuses that send the client elsewhere (RFC 9110 §15.4). */
export function isRedirect(status: number): boolean {
  return status === 302 || status === 301 || status === 303 || status === 307 || status === 308;
}

/**
 * The request that a redirect asks for; null without a `Location`, when it is an answer like any
 * other. 303 turns all but HEAD into GET, 301 and 302 turn POST into GET, as in the Fetch standard.
 * Credentials stay behind when the origin changes.
 *
 * @param sentTo the URL that it was sent to, where a listener has changed that
 * @throws {HttpError} `redirect_refused`
 */
export function redirected(
  from: Prepared,
  status: number,
  head: Uint8Array,
  sentTo: string = from.target.url,
): Prepared | null {
  const locations = readFields(head, true).filter(([name]) => name.toLowerCase() === "location");
  if (locations.length === 0) return null;
  if (locations.length > 1) throw refused(from, "two Location fields");
  // Field values are Latin-1 on the wire; servers put UTF-8 there.
  const bytes = Uint8Array.from(locations[0]![1], (char) => char.charCodeAt(0));
  const location = new TextDecoder().decode(bytes);
  if (!isVisible(location)) throw refused(from, `Location ${JSON.stringify(location)}`);
  let target;
  try {
    target = parseTarget(location, sentTo, undefined, from.target.urlName, true);
  } catch (cause) {
    throw refused(from, `Location ${JSON.stringify(location)}`, cause as DownpourError);
  }
  const toGet = status === 303
    ? from.method !== "HEAD"
    : (status === 301 || status === 302) && from.method === "POST";
  const headers = new Map((from.base ?? from).headers); // Cookies are chosen anew.
  let body = from.body;
  if (toGet) {
    body = null;
    for (const name of ["content-type", "content-encoding", "content-language"]) {
      headers.delete(name);
    }
  } else if (body?.stream && !body.repeatable) {
    throw refused(from, "its body is a stream, which can be sent once");
  }
  // Elsewhere than what it was meant for, or than where it was sent to.
  if (target.origin !== from.target.origin || target.origin !== new URL(sentTo).origin) {
    for (const name of ["authorization", "cookie", "proxy-authorization", "host"]) {
      headers.delete(name);
    }
  } else if (target.authorization === null) {
    target = { ...target, authorization: from.target.authorization };
  }
  return encode(toGet && from.method !== "HEAD" ? "GET" : from.method, target, headers, body);
}

/** True without spaces and control characters, which a URL can't have and a parser would drop. */
function isVisible(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f) return false;
  }
  return true;
}

function refused(from: Prepared, why: string, cause?: unknown): HttpError {
  return new HttpError(
    "redirect_refused",
    "redirect",
    `redirect of ${from.method} ${from.target.name} can't be followed: ${why}`,
    cause,
  );
}
