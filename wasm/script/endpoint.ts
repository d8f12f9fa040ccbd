import { isIpv4, isIpv6 } from "../../internal/mod.ts";
import type { Problems } from "./problems.ts";
import type { EndpointSyntax } from "./syntax.ts";
import { readInteger, shown } from "./values.ts";

/** An endpoint whose port may still be the `PORT` of its settings: null. */
export interface OpenEndpoint {
  readonly host: string;
  readonly port: number | null;
}

const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/**
 * Reads a name or an address, with or without a port: `"localhost"`, `127.0.0.1`, `"::1"`,
 * `"example.com:9000"`, `"[::1]:9000"`. Null when it is none, which is added.
 */
export function readEndpoint(
  { host, port }: EndpointSyntax,
  problems: Problems,
): OpenEndpoint | null {
  const [name, portText] = splitPort(host.text);
  if (!isHost(name)) {
    problems.add(host, `${shown(host)} is no endpoint`, expectedOf(host.text));
    return null;
  }
  if (portText !== undefined && port !== null) {
    problems.add(port, `${shown(host)} has a port already`, "one port");
    return null;
  }
  const token = port ?? (portText === undefined ? null : { ...host, text: portText });
  if (token === null) return { host: name, port: null };
  const number = readInteger(token, "the port", { min: 1, max: 65_535 }, problems);
  return number === null ? null : { host: name, port: number };
}

/** A host without brackets, and the text behind its colon. */
function splitPort(text: string): [host: string, port: string | undefined] {
  if (isIpv6(text) || text.includes("/")) return [text, undefined];
  const [, address, port] = /^\[([^\]]*)\](?::(.*))?$/s.exec(text) ?? [];
  // What stands in brackets is an IPv6 address and nothing else (RFC 3986 §3.2.2).
  if (address !== undefined) return [isIpv6(address) ? address : "", port];
  const colon = text.lastIndexOf(":");
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** An address, or a name (RFC 1123 §2.1; underscores, as service names have them). */
function isHost(text: string): boolean {
  if (isIpv4(text) || isIpv6(text)) return true;
  const labels = text.replace(/\.$/, "").split(".");
  // A last label of digits is an address, if it is anything (WHATWG URL, "ends in a number").
  return text.length <= 253 && labels.every((label) => LABEL.test(label)) &&
    !/^\d+$/.test(labels.at(-1)!);
}

function expectedOf(text: string): string {
  if (/^[a-z]+:\/\//i.test(text)) return "a host, without what stands before //";
  if (text.includes("/")) return "a host, without a path";
  return 'a name or an address, such as "localhost", 127.0.0.1 or "[::1]:9000"';
}
