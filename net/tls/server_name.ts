import { ipVersionOf } from "../../internal/mod.ts";

const MAX_NAME = 253; // RFC 1035 §2.3.4, without the root label
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** Whether a text can be asked for and checked: a host name in any script, or an IP address. */
export function isServerName(name: string): boolean {
  const ascii = asServerName(name);
  return ipVersionOf(ascii) !== 0 ||
    ascii.length <= MAX_NAME && ascii.split(".").every((label) => LABEL.test(label));
}

/** A host as SNI takes it (RFC 6066 §3): in ASCII, without the dot of the root. */
export function asServerName(host: string): string {
  const name = host.endsWith(".") ? host.slice(0, -1) : host;
  if (/^[\x20-\x7e]*$/.test(name)) return name;
  return URL.parse(`http://${name}`)?.hostname ?? name;
}
