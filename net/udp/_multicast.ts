import { ipVersionOf, OptionError } from "../../internal/mod.ts";

/**
 * Checks a multicast group: 224.0.0.0/4 (RFC 5771) on an IPv4 socket, ff00::/8 (RFC 4291 §2.7) on
 * an IPv6 one.
 *
 * @throws {OptionError}
 */
export function checkGroup(group: unknown, networkInterface: unknown, localIp: string): void {
  const version = ipVersionOf(localIp);
  const text = String(group);
  const first = version === 4 ? Number(text.split(".")[0]) : Number.parseInt(text.slice(0, 2), 16);
  const multicast = version === 4 ? first >= 224 && first <= 239 : first === 255;
  if (ipVersionOf(text) !== version || !multicast) {
    const range = version === 4 ? "224.0.0.0 to 239.255.255.255" : "ff00::/8";
    throw new OptionError("group", `group must be an IPv${version} address of ${range}: ${text}`);
  }
  checkInterface(networkInterface, version);
}

function checkInterface(value: unknown, version: 0 | 4 | 6): void {
  if (value === undefined) return;
  const fits = version === 4
    ? typeof value === "string" && ipVersionOf(value) === 4
    : Number.isSafeInteger(value) && Number(value) >= 0;
  if (fits) return;
  const wanted = version === 4 ? "an IPv4 address" : "the index of an interface";
  throw new OptionError(
    "networkInterface",
    `networkInterface must be ${wanted} for an IPv${version} group: ${String(value)}`,
  );
}

/** @throws {OptionError} */
export function checkTtl(ttl: unknown): void {
  if (Number.isInteger(ttl) && Number(ttl) >= 1 && Number(ttl) <= 255) return;
  throw new OptionError(
    "multicastTtl",
    `multicastTtl must be a whole number of 1 to 255: ${String(ttl)}`,
  );
}
