import type { Address } from "../address.ts";
import { ipVersionOf } from "../../internal/mod.ts";
import { NetError } from "../errors.ts";

const FILE = "/etc/resolv.conf";
const MAX_SERVERS = 3; // What the system's own resolver takes (resolv.conf(5), MAXNS).

/**
 * The servers that the system asks, in its order.
 *
 * @throws {NetError} `permission_denied` when the file may not be read, `dns_failed` when it isn't
 * there or names no server
 */
export async function systemServers(
  readText: (path: string) => Promise<string> = Deno.readTextFile,
): Promise<Address[]> {
  let text: string;
  try {
    text = await readText(FILE);
  } catch (cause) {
    const denied = cause instanceof Deno.errors.NotCapable ||
      cause instanceof Deno.errors.PermissionDenied;
    const code = denied ? "permission_denied" : "dns_failed";
    const also = denied ? `, or run with --allow-read=${FILE}` : "";
    const message = `${FILE} can't be read for the system's DNS servers: pass servers${also}`;
    throw new NetError(code, message, { phase: "lookup", cause });
  }
  const servers: Address[] = [];
  for (const [, host] of text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)) {
    // One with a zone ("%eth0") can't be dialled.
    if (ipVersionOf(host!) !== 0) servers.push({ host: host!, port: 53 });
    if (servers.length === MAX_SERVERS) break;
  }
  if (servers.length > 0) return servers;
  throw new NetError("dns_failed", `${FILE} names no DNS server: pass servers`, {
    phase: "lookup",
  });
}
