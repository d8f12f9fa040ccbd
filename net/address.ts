import { isIpv4, isIpv6 } from "../internal/mod.ts";
import { NetError } from "./errors.ts";

/** Where to connect. */
export interface Address {
  /** Host name or IP address, IPv6 without brackets. */
  readonly host: string;
  /** Port, 1 to 65535. */
  readonly port: number;
}

const NAME = /^[A-Za-z0-9_\u0080-\uffff](?:[A-Za-z0-9_.\-\u0080-\uffff]*)$/;
const MAX_NAME = 253; // RFC 1035 §2.3.4, without the root label

/**
 * Splits `host:port`, `1.2.3.4:80` or `[::1]:80`. The port is required.
 *
 * @throws {NetError} `address_invalid`, saying what is wrong
 */
export function parseAddress(address: string): Address {
  if (typeof address !== "string") throw invalid(String(address), "it is not text");
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) {
    throw invalid(address, "it is a URL, write host:port");
  }
  const colon = address.lastIndexOf(":");
  if (address.startsWith("[")) {
    const end = address.indexOf("]");
    if (end < 0) throw invalid(address, "the ] is missing");
    const host = address.slice(1, end);
    if (!isIpv6(host)) throw invalid(address, `${host || "nothing"} is not an IPv6 address`);
    if (address[end + 1] !== ":") throw invalid(address, "the port is missing, write [host]:port");
    return { host, port: parsePort(address, address.slice(end + 2)) };
  }
  if (isIpv6(address)) throw invalid(address, `write an IPv6 address as [${address}]:port`);
  if (colon < 0) throw invalid(address, "the port is missing, write host:port");
  const host = address.slice(0, colon);
  if (isIpv6(host)) throw invalid(address, `write an IPv6 address as [${host}]:port`);
  if (host === "") throw invalid(address, "the host is missing, write host:port");
  if (!NAME.test(host) || host.length > MAX_NAME) throw invalid(address, "the host is not a name");
  // `127.1` and `300.1.1.1` mean different things to different systems (WHATWG URL, host parsing).
  if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i.test(host) && !isIpv4(host)) {
    throw invalid(address, `${host} is not an IPv4 address`);
  }
  return { host, port: parsePort(address, address.slice(colon + 1)) };
}

/** `host:port`, an IPv6 host in brackets: what `parseAddress` reads. */
export function formatAddress(address: Address): string {
  const { host, port } = address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function parsePort(address: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65535) {
    throw invalid(address, `the port must be 1 to 65535, not ${JSON.stringify(text)}`);
  }
  return port;
}

function invalid(address: string, reason: string): NetError {
  const shown = JSON.stringify(address.length > 300 ? `${address.slice(0, 300)}…` : address);
  return new NetError("address_invalid", `address ${shown} is invalid: ${reason}`);
}
