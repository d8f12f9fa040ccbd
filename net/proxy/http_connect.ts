import { Buffer } from "node:buffer";
import { type Address, formatAddress } from "../address.ts";
import type { Conn } from "../conn.ts";
import { NetError } from "../errors.ts";
import { ProxyAuthError } from "./auth_error.ts";
import { type Head, HeadReader } from "./_connect_head.ts";
import { writeAll } from "../_io.ts";
import { prefixed } from "./_prefixed.ts";
import { targetName } from "./_target_name.ts";
import type { Proxy } from "./options.ts";

/** Most interim answers (1xx) before the final one. */
const MAX_INTERIM = 100;
const MAX_CHALLENGE = 1000;

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110 §9.3.6). The connection that it returns is `conn`
 * itself unless the target's first bytes came along with the proxy's answer.
 *
 * @param what the tunnel, for messages: `proxy:3128 to example.org:443`
 * @throws {NetError} `proxy_auth`, `proxy_refused`, `proxy_malformed`
 */
export async function httpConnect(
  conn: Conn,
  proxy: Proxy,
  target: Address,
  what: string,
): Promise<Conn> {
  await writeAll(conn, connectRequest(proxy, target));
  const reader = new HeadReader(conn, what);
  const failed = (code: "proxy_refused" | "proxy_malformed", reason: string) =>
    new NetError(code, `tunnel through ${what} failed: ${reason}`, { phase: "proxy" });
  for (let interim = 0; interim <= MAX_INTERIM; interim++) {
    const head = await reader.next();
    const { status, reason } = head;
    // Whatever a 2xx says of its length, what follows is the target's (RFC 9110 §9.3.6).
    if (status >= 200 && status < 300) return prefixed(conn, reader.rest);
    if (status === 101) throw failed("proxy_malformed", "it switched protocols, unasked");
    // Only the proxy answers CONNECT, so a 401 is its own: tinyproxy 1.11 means 407 by it.
    if (status === 407 || status === 401) {
      throw new ProxyAuthError(
        `tunnel through ${what} failed: ${explainAuth(head, proxy)}`,
        head.fields.filter(([name]) => name === "proxy-authenticate").map(([, value]) => value),
      );
    }
    if (status >= 200) {
      throw failed("proxy_refused", `the proxy answered ${`${status} ${reason}`.trimEnd()}`);
    }
  }
  throw failed("proxy_malformed", `it answered more than ${MAX_INTERIM} times in between`);
}

function connectRequest(proxy: Proxy, target: Address): Uint8Array {
  const authority = formatAddress({ host: targetName(target), port: target.port });
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (proxy.credentials !== null) lines.push(`Proxy-Authorization: ${proxy.credentials.basic()}`);
  for (const [name, value] of proxy.headers) lines.push(`${name}: ${value}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

function explainAuth(head: Head, proxy: Proxy): string {
  const challenges = head.fields.filter(([name]) => /^(?:proxy|www)-authenticate$/.test(name));
  const schemes = challenges.flatMap(([, value]) => schemesOf(value));
  const asked = schemes.length === 0 ? "without saying which" : [...new Set(schemes)].join(", ");
  const isSent = proxy.headers.some(([name]) => name.toLowerCase() === "proxy-authorization");
  if (isSent) return `the proxy didn't accept the Proxy-Authorization; it asks for some (${asked})`;
  return proxy.credentials === null
    ? `the proxy asks for credentials (${asked}): give it a username and a password`
    : `the proxy didn't accept the credentials, which were sent as Basic; it asks for some (${asked})`;
}

/** The schemes of a list of challenges (RFC 9110 §11.3): tokens that no `=` follows. */
function schemesOf(value: string): string[] {
  const unquoted = value.slice(0, MAX_CHALLENGE).replace(/"(?:\\.|[^"\\])*"/g, '""');
  return unquoted.split(",").flatMap((part) =>
    /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s+(?!\s*=)|$)/.exec(part)?.[1] ?? []
  );
}
