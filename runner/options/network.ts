import { ipVersionOf, OptionError } from "../../internal/mod.ts";
import type { ClientDns } from "./client_types.ts";
import { unknownName } from "./names.ts";
import type { Plain, PlainObject } from "./_snapshot.ts";
import { badValue, duration, isSet, list, object, oneOf } from "./_values.ts";

const NAME = /^(?:\*|(?:\*\.)?[\w\u0080-\uffff][\w.\-\u0080-\uffff]{0,252})$/;
const DNS_FIELDS = ["ttl", "select", "policy"];
const TTL_MS = 300_000;
const MAX_ENTRIES = 10_000;

/** Reads a name of hosts, `*.domain` or `*`; the result is in lower case. */
export function readNamePattern(value: Plain, path: string): string {
  if (typeof value === "string" && NAME.test(value) && ipVersionOf(value) === 0) {
    return value.toLowerCase();
  }
  throw badValue(path, "a host's name or *.domain", value);
}

/** Reads `hosts`: names, each with or without a port, to IP addresses with or without one. */
export function readHosts(value: Plain, path: string): Readonly<Record<string, string>> {
  const entries = Object.entries(object(value, path)).map(([pattern, address]) => {
    const [, name = "", port] = /^(.*?)(?::([^:]*))?$/s.exec(pattern)!;
    if (!NAME.test(name) || ipVersionOf(name) !== 0 || (port !== undefined && !isPort(port))) {
      throw new OptionError(
        path,
        `${path} has ${JSON.stringify(pattern.slice(0, 80))}: ` +
          "write name, *.domain or *, each with or without :port",
      );
    }
    if (typeof address !== "string" || !isAddress(address)) {
      throw badValue(`${path}.${pattern}`, "an IP address, ip:port or [ipv6]:port", address);
    }
    return [pattern.toLowerCase(), address] as const;
  });
  return Object.fromEntries(entries);
}

function isAddress(text: string): boolean {
  if (ipVersionOf(text) !== 0) return true;
  const [, v6, v4, port = ""] = /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(text) ?? [];
  return isPort(port) && (v6 === undefined ? ipVersionOf(v4 ?? "") === 4 : ipVersionOf(v6) === 6);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

/** Reads `dns`: `{ ttl, select, policy }`, or `ttl=1m,select=first,policy=any`; each has a default. */
export function readDns(value: Plain, path: string): ClientDns {
  const fields = typeof value === "string" ? dnsFields(value, path) : object(value, path);
  for (const key of Object.keys(fields)) {
    if (!DNS_FIELDS.includes(key)) throw unknownName(`${path}.${key}`, key, "field", DNS_FIELDS);
  }
  const { ttl, select, policy } = fields;
  return {
    ttlMs: !isSet(ttl) ? TTL_MS : ttl === "inf" ? null : duration(ttl, `${path}.ttl`),
    select: isSet(select)
      ? oneOf(select, `${path}.select`, ["first", "random", "roundRobin"])
      : "random",
    policy: isSet(policy)
      ? oneOf(policy, `${path}.policy`, [
        "preferIPv4",
        "preferIPv6",
        "onlyIPv4",
        "onlyIPv6",
        "any",
      ])
      : "preferIPv4",
  };
}

function dnsFields(text: string, path: string): PlainObject {
  const fields: Record<string, string> = Object.create(null);
  for (const part of text.split(",")) {
    const [, key, value] = /^\s*(\w+)=([^=]*?)\s*$/.exec(part) ?? [];
    if (key === undefined || value === undefined) {
      throw badValue(path, "like ttl=1m,select=random,policy=any", text);
    }
    fields[key] = value;
  }
  return fields;
}

/** Reads `blacklistIPs`: IP addresses and ranges in CIDR notation. */
export function readBlacklist(value: Plain, path: string): readonly string[] {
  return capped(list(value, path), path).map((entry, i) => {
    const [, ip = "", prefix] = typeof entry === "string"
      ? /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? []
      : [];
    const version = ipVersionOf(ip);
    const bits = version === 4 ? 32 : 128;
    if (version !== 0 && Number(prefix ?? 0) <= bits) return entry as string;
    throw badValue(`${path}[${i}]`, "an IP address or a range such as 10.0.0.0/8", entry);
  });
}

/** Reads `blockHostnames`: names and `*.domain`. */
export function readBlockedNames(value: Plain, path: string): readonly string[] {
  return capped(list(value, path), path)
    .map((entry, i) => readNamePattern(entry, `${path}[${i}]`));
}

function capped(entries: readonly Plain[], path: string): readonly Plain[] {
  if (entries.length <= MAX_ENTRIES) return entries;
  throw new OptionError(path, `${path} has more than ${MAX_ENTRIES} entries: ${entries.length}`);
}
